package web

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
)

// uploaded returns the file of a form and its name; name is said by the caller
// and wins.
func uploaded(body []byte, boundary, name string) (data []byte, fileName string, err error) {
	bad := func(detail string) error { return problem(http.StatusBadRequest, "bad-upload", detail) }
	if boundary == "" {
		return nil, "", bad("the Content-Type header of a form needs a boundary")
	}
	form := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, "", bad("the form has no field called file that holds a document")
		}
		if err != nil {
			return nil, "", bad("the form cannot be read: " + err.Error())
		}
		if part.FormName() != "file" {
			continue
		}
		if name == "" && part.FileName() != "" {
			name = path.Base(part.FileName())
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, "", bad("the file in the form cannot be read: " + err.Error())
		}
		return data, name, nil
	}
}
