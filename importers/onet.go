package importers

func claimsONET(in *input) bool { return false }

func groupONET(in []*input) ([]group, error) { return nil, nil }

func readONET(r *reader) error { return nil }
