package importers

import "concord/taxonomy"

func claimsCTDL(in *input) bool { return false }

func nameCTDL(in *input) (taxonomy.Ref, error) { return taxonomy.Ref{}, nil }

func readCTDL(r *reader) error { return nil }
