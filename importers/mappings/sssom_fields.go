package mappings

import "concord/taxonomy"

// keepInSet puts values where a set keeps the slot.
func keepInSet(set *taxonomy.MappingSet, name string, values []string) {
	if name == "creator_label" {
		set.Creators = values
		return
	}
	if field := setField(set, name); field != nil && len(values) > 0 {
		*field = values[0]
	} else {
		set.Slots[name] = values
	}
}

// setField is the field of a set for a slot of one value, or nil.
func setField(set *taxonomy.MappingSet, name string) *string {
	switch name {
	case "mapping_set_id":
		return (*string)(&set.ID)
	case "mapping_set_version":
		return &set.Version
	case "mapping_set_title":
		return &set.Title
	case "mapping_set_description":
		return &set.Description
	case "license":
		return &set.License
	case "publication_date":
		return &set.Published
	case "subject_source":
		return &set.SubjectSource
	case "subject_source_version":
		return &set.SubjectVersion
	case "object_source":
		return &set.ObjectSource
	case "object_source_version":
		return &set.ObjectVersion
	}
	return nil
}

// rowField is setField for a mapping.
func rowField(m *taxonomy.Mapping, name string) *string {
	switch name {
	case "subject_id":
		return (*string)(&m.Subject)
	case "subject_label":
		return &m.SubjectLabel
	case "subject_source":
		return &m.SubjectSource
	case "subject_category":
		return &m.SubjectKind
	case "predicate_id":
		return (*string)(&m.Predicate)
	case "predicate_modifier":
		return &m.Modifier
	case "object_id":
		return (*string)(&m.Object)
	case "object_label":
		return &m.ObjectLabel
	case "object_source":
		return &m.ObjectSource
	case "object_category":
		return &m.ObjectKind
	case "mapping_justification":
		return (*string)(&m.Justification)
	case "mapping_date":
		return &m.Date
	case "comment":
		return &m.Comment
	}
	return nil
}
