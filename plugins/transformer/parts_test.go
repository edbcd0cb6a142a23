package main

import (
	"io"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

func TestMedia(t *testing.T) {
	for text, want := range map[string]string{
		`multipart/form-data; boundary=a`:                      "multipart/form-data a",
		`Multipart/Form-Data;charset=x; BOUNDARY="a \"b\\;c" `: `multipart/form-data a "b\;c`,
		`a/b;boundary=1;boundary=2`:                            "a/b 1",
		`a/b; flag; boundary=1`:                                "a/b 1",
		`form-data; name="C:\dir"; boundary=x`:                 "form-data x",
		`a/b`:                                                  "a/b -",
		``:                                                     " -", `a/b;`: "a/b -", `a/b; x`: "a/b -", `a/b; =`: "a/b -", `a/b; boundary`: "a/b -",
		`a/b; boundary="x`: "error", `a/b; boundary="x"y; c=d`: "error",
	} {
		value, param, found, err := media(text, "boundary")
		got := value + " " + param
		switch {
		case err != nil:
			got = "error"
		case !found:
			got = value + " -"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*fields)
		want string
	}{
		{"nothing", func(*fields) {}, "a=1&b=%7E&&a=2"},
		{"the same", func(f *fields) { f.set("b", "~") }, "a=1&b=%7E&&a=2"},
		{"set", func(f *fields) { f.set("a", "x", "y z") }, "a=x&a=y+z&b=%7E&"},
		{"set another", func(f *fields) { f.set("c", "&") }, "a=1&b=%7E&&a=2&c=%26"},
		{"set to nothing", func(f *fields) { f.set("a") }, "b=%7E&"},
		{"add", func(f *fields) { f.add("a", "3") }, "a=1&a=2&a=3&b=%7E&"},
		{"remove", func(f *fields) { f.remove("b") }, "a=1&&a=2"},
		{"rename", func(f *fields) { f.rename("a", "c") }, "c=1&b=%7E&&c=2"},
		{"rename to one that is there", func(f *fields) { f.rename("b", "a") }, "a=1&a=2&a=%7E&"},
		{"rename to itself", func(f *fields) { f.rename("a", "a") }, "a=1&b=%7E&&a=2"},
		{"rename what is not there", func(f *fields) { f.rename("x", "a") }, "a=1&b=%7E&&a=2"},
	} {
		f := readForm("a=1&b=%7E&&a=2")
		c.do(f)
		got := f.form()
		want := strings.ReplaceAll(c.want, "%7E&", "%7E&")
		if strings.Contains(got, "~") {
			got = strings.ReplaceAll(got, "~", "%7E")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", c.name, got, want)
		}
	}
}

// What is not changed is written as it came.
func FuzzForm(f *testing.F) {
	f.Add("a=1&&b=%zz&=x&c")
	f.Fuzz(func(t *testing.T, text string) {
		form := readForm(text)
		if got := form.form(); got != text {
			t.Errorf("%q became %q", text, got)
		}
		form.set("new", "a&b")
		if got := readForm(form.form()).get("new"); !slices.Equal(got, []string{"a&b"}) {
			t.Errorf("%q: new is %q", text, got)
		}
	})
}

// A body that is read has the fields that mime/multipart finds, and stays as it
// is when nothing is changed but for what stands around the parts.
func FuzzMultipart(f *testing.F) {
	for _, body := range []string{
		"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n2\r\n--b--\r\n",
		"preamble\r\n--b \r\ncontent-disposition: form-data; name=a\r\nx: y\r\n\r\n\r\n--b--", "--b--", "--b\r\n\r\nno headers\r\n--b--",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, err := readMultipart(body, "b")
		if err != nil {
			return
		}
		text, err := form.multipart("b")
		if err != nil {
			t.Fatal(err)
		}
		again, err := readMultipart(text, "b")
		if err != nil || len(again.list) != len(form.list) {
			t.Fatalf("%q became %q: %v", body, text, err)
		}
		for i, e := range form.list {
			if again.list[i] != e {
				t.Fatalf("%q became %q", body, text)
			}
		}
	})
}

// The standard library reads what is written.
func TestMultipartIsRead(t *testing.T) {
	form, err := readMultipart("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nfile\r\n--b--", "b")
	if err != nil {
		t.Fatal(err)
	}
	form.set(`a"b`, "1\r\n2", "")
	text, err := form.multipart("b")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	r := multipart.NewReader(strings.NewReader(text), "b")
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		value, _ := io.ReadAll(part)
		got = append(got, part.FormName()+"|"+part.FileName()+"|"+string(value))
	}
	if want := []string{"f|x|file", "a%22b||1\r\n2", "a%22b||"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	form.set("c", "x\r\n--b--")
	if _, err := form.multipart("b"); err == nil {
		t.Error("a value with the boundary was written")
	}
	for _, body := range []string{"", "--c--", "--b", "--bx\r\n\r\n--b--", "--b\r\nContent-Disposition: form-data\r\n--b--", "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--"} {
		if _, err := readMultipart(body, "b"); err == nil {
			t.Errorf("%q: no error", body)
		}
	}
}

// However JSON is edited, it stays JSON.
func FuzzJSON(f *testing.F) {
	f.Add(`{"a":{"b":[1,2]},"c":"x"}`, "a.b", "c")
	f.Add(`[]`, "0", "-1")
	f.Add(`1`, "a", "#.b")
	f.Fuzz(func(t *testing.T, body, key, to string) {
		m := &message{}
		if m.read(typeJSON, []byte(body)) != nil {
			return
		}
		for _, r := range []Rule{
			{Operate: "replace"}, {Operate: "add"}, {Operate: "append"}, {Operate: "dedupe"}, {Operate: "map"}, {Operate: "rename"}, {Operate: "remove"},
		} {
			o := op{operate: r.Operate, key: key, to: to, json: []byte(`"v"`), source: inBody, strategy: "RETAIN_UNIQUE"}
			m.json = []byte(body)
			changed, err := m.change([]op{o}, typeJSON)
			if changed != nil && (err != nil || !gjson.ValidBytes(changed)) {
				t.Fatalf("%s %q in %q makes %q, %v", r.Operate, key, body, changed, err)
			}
		}
	})
}
