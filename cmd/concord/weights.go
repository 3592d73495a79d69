package main

import (
	"fmt"
	"os"
	"path/filepath"

	"concord/alignment"
	"concord/alignment/crosswalk/suggest"
	"concord/alignment/vectors"
	"concord/data"
	"concord/importers/source"
)

// Files in a home that take the place of the built-in ones.
const (
	tableName     = "vectors.bin"
	rankerName    = "ranker.json"
	relatorName   = "predicate.json"
	crosswalkName = "crosswalk.json"
)

func loadTable(home string) (*vectors.Table, error) {
	return loadWeights(home, tableName, data.Vectors, vectors.Load)
}

func loadRanker(home string) (*alignment.Ranker, error) {
	return loadWeights(home, rankerName, data.Ranker, alignment.LoadRanker)
}

func loadRelator(home string) (*alignment.Relator, error) {
	return loadWeights(home, relatorName, data.Predicate, alignment.LoadRelator)
}

func loadCrosswalkWeights(home string) (*suggest.Weights, error) {
	return loadWeights(home, crosswalkName, data.Crosswalk, suggest.LoadWeights)
}

// loadWeights returns what the home's own file holds, or what comes with the program.
func loadWeights[T any](home, name string, shipped []byte, load func([]byte) (T, error)) (T, error) {
	path := filepath.Join(home, name)
	own, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
		return load(shipped)
	case err != nil:
		var none T
		return none, fmt.Errorf("reading trained weights: %w", err)
	}
	weights, err := load(own)
	if err != nil {
		return weights, &source.Error{File: path, Text: err.Error() + "; remove it to go back to what comes with the program, or train again"}
	}
	return weights, nil
}

// copyWeights puts what was trained in one home into another, which has nothing
// of its own yet.
func copyWeights(from, to string) error {
	for _, name := range []string{tableName, rankerName, relatorName, crosswalkName} {
		own, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), own, 0o666)
		}
		if err != nil {
			return fmt.Errorf("copying trained weights: %w", err)
		}
	}
	return nil
}

// homeRanker is loadRanker for the home that is asked for.
func (a *app) homeRanker() (*alignment.Ranker, error) {
	home, err := a.home()
	if err != nil {
		return nil, err
	}
	return loadRanker(home)
}
