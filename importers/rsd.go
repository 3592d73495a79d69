package importers

func claimsRSD(in *input) bool { return false }

func groupRSD(in []*input) ([]group, error) { return nil, nil }

func readRSD(r *reader) error { return nil }
