package discord

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"

	"passerelle/bot"
)

// multipartForm is a body with files, as Discord's reference of uploading files has it.
func multipartForm(payload []byte, files []bot.File) (contentType string, body []byte, err error) {
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	write := func(disposition, kind string, content []byte) error {
		part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {kind}})
		if err == nil {
			_, err = part.Write(content)
		}
		return err
	}
	err = write(`form-data; name="payload_json"`, "application/json", payload)
	for i, f := range files {
		if err == nil {
			err = write(fmt.Sprintf(`form-data; name="files[%d]"; filename=%q`, i, f.Name), "application/octet-stream", f.Content)
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return "", nil, fmt.Errorf("form of %d files: %w", len(files), err)
	}
	return form.FormDataContentType(), out.Bytes(), nil
}
