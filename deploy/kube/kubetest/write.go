package kubetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
)

// apply is a server-side apply of objects that have a flat spec: a field is a member
// of spec, and conflicts are of these.
func (s *Server) apply(w http.ResponseWriter, r *http.Request, live, sent map[string]any) {
	q := r.URL.Query()
	if want := field(sent, "metadata", "resourceVersion"); live != nil && want != nil && want != field(live, "metadata", "resourceVersion") {
		conflict(w, "the object has been modified")
		return
	}
	manager := q.Get("fieldManager")
	var causes []any
	spec, _ := sent["spec"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(spec)) {
		by := owner(live, name)
		if old := field(live, "spec", name); by != "" && by != manager && !reflect.DeepEqual(old, spec[name]) {
			causes = append(causes, map[string]any{"reason": "FieldManagerConflict", "field": ".spec." + name,
				"message": fmt.Sprintf("conflict with %q using extensions.istio.io/v1alpha1", by)})
		}
	}
	if len(causes) > 0 && q.Get("force") != "true" {
		refuse(w, http.StatusConflict, "Conflict", fmt.Sprintf("Apply failed with %d conflicts", len(causes)), causes)
		return
	}
	s.write(w, r, live, sent, manager)
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, live, sent map[string]any) {
	if field(sent, "metadata", "resourceVersion") != field(live, "metadata", "resourceVersion") {
		conflict(w, "the object has been modified")
		return
	}
	s.write(w, r, live, sent, "")
}

// write stores what is another than before, unless it is a dry run.
func (s *Server) write(w http.ResponseWriter, r *http.Request, live, sent map[string]any, manager string) {
	code := http.StatusOK
	if live == nil {
		code = http.StatusCreated
	}
	switch {
	case live != nil && reflect.DeepEqual(content(live), content(sent)):
		answer(w, code, live)
	case r.URL.Query().Get("dryRun") != "":
		dry := clone(sent)
		meta(dry)["resourceVersion"] = "0"
		meta(dry)["managedFields"] = managers(manager, sent)
		answer(w, code, dry)
	default:
		answer(w, code, s.store(r.URL.Path, sent, manager))
	}
}

// store gives the object what only a cluster writes. Without a manager it keeps
// the managers that it has.
func (s *Server) store(path string, object map[string]any, manager string) map[string]any {
	object = clone(object)
	s.version++
	m := meta(object)
	m["resourceVersion"] = strconv.Itoa(s.version)
	m["uid"] = path
	m["generation"] = 1
	if manager != "" {
		m["managedFields"] = managers(manager, object)
	}
	s.objects[path] = object
	return object
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request, live, options map[string]any) {
	want := field(options, "preconditions", "resourceVersion")
	if want != nil && want != field(live, "metadata", "resourceVersion") {
		conflict(w, "Precondition failed: ResourceVersion")
		return
	}
	if dry, _ := options["dryRun"].([]any); len(dry) == 0 {
		delete(s.objects, r.URL.Path)
	}
	answer(w, http.StatusOK, map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Success"})
}

// managers says that one holds all fields of spec.
func managers(manager string, object map[string]any) []any {
	fields := map[string]any{}
	spec, _ := object["spec"].(map[string]any)
	for name := range spec {
		fields["f:"+name] = map[string]any{}
	}
	return []any{map[string]any{"manager": manager, "operation": "Apply", "apiVersion": object["apiVersion"], "fieldsType": "FieldsV1",
		"fieldsV1": map[string]any{"f:spec": fields}}}
}

// owner is who holds a field of spec.
func owner(object map[string]any, name string) string {
	list, _ := field(object, "metadata", "managedFields").([]any)
	for _, m := range list {
		if m, _ := m.(map[string]any); field(m, "fieldsV1", "f:spec", "f:"+name) != nil {
			return fmt.Sprint(m["manager"])
		}
	}
	return ""
}

// content is what two versions of an object are compared by.
func content(object map[string]any) any {
	m := meta(object)
	return clone(map[string]any{"spec": object["spec"], "annotations": m["annotations"], "labels": m["labels"]})
}

func meta(object map[string]any) map[string]any {
	m, _ := object["metadata"].(map[string]any)
	if m == nil {
		m = map[string]any{}
		object["metadata"] = m
	}
	return m
}

func field(object map[string]any, path ...string) any {
	for _, name := range path[:len(path)-1] {
		object, _ = object[name].(map[string]any)
	}
	return object[path[len(path)-1]]
}

// clone is a copy as JSON makes it.
func clone(object map[string]any) map[string]any {
	b, err := json.Marshal(object)
	if err != nil {
		return nil
	}
	var c map[string]any
	_ = json.Unmarshal(b, &c) // it is what Marshal made
	return c
}

func conflict(w http.ResponseWriter, message string) {
	refuse(w, http.StatusConflict, "Conflict", message, nil)
}

func refuse(w http.ResponseWriter, code int, reason, message string, causes []any) {
	answer(w, code, map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason,
		"message": message, "details": map[string]any{"causes": causes}})
}

func answer(w http.ResponseWriter, code int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client is gone
}
