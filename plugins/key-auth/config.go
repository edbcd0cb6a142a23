package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
	"github.com/sluiceproxy/sluice/plugins/internal/fault"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
)

// Config is the plugin's configuration, or a rule on top of it.
type Config struct {
	consumer.Auth
	Source
	Consumers       []Consumer `json:"consumers" required:"true" minItems:"1" description:"Who may send requests."`
	HideCredentials bool       `json:"hide_credentials" description:"Take the key out of the request before it goes upstream."`
	Realm           string     `json:"realm" default:"MSE Gateway" minLength:"1" description:"The realm that refused clients are told, in WWW-Authenticate."`

	places  []place
	inQuery bool // one of places is a parameter

	madeOf *Config // what places were made of
}

// Source is where keys are looked for.
type Source struct {
	Keys     []string `json:"keys" minItems:"1" minLength:"1" description:"Names of headers and query parameters that carry the key. Needed at the top level, unless each consumer has its own."`
	InQuery  *bool    `json:"in_query" description:"Look in the query. Where neither this nor in_header is set, both are looked at; where one is set, the other is its opposite."`
	InHeader *bool    `json:"in_header" description:"Look in the headers. As in_query."`
}

// Consumer is somebody who has keys.
type Consumer struct {
	Name        loose.Text   `json:"name" required:"true" description:"The name that upstream sees in X-Mse-Consumer."`
	Credential  loose.Text   `json:"credential" secret:"true" example:"2bda943c-ba2b-11ec-ba07-00163e1250b5" description:"The key, in clear or as sha256: and its SHA-256 in hexadecimal."`
	Credentials []loose.Text `json:"credentials" secret:"true" description:"Several keys, in place of credential."`
	Source
}

// place is a header or a parameter, and the keys that are known there.
type place struct {
	name   string
	header bool
	known  *consumer.Keys
}

// Validate makes the table of places.
func (c *Config) Validate() error {
	if err := c.Prepare(); err != nil {
		return err
	}
	if _, _, err := c.where(); err != nil {
		return err
	}
	if m := c.madeOf; m != nil && consumer.Same(m.Consumers, c.Consumers) && m.same(c.Source) {
		return nil
	}
	c.places, c.inQuery, c.madeOf = nil, false, &Config{Consumers: c.Consumers, Source: c.Source}
	var all consumer.Keys
	for i := range c.Consumers {
		if err := c.add(&c.Consumers[i], &all); err != nil {
			return fault.At("consumers", i, err)
		}
	}
	return nil
}

// same reports whether o is s, of a configuration on top of which it is a rule.
func (s Source) same(o Source) bool {
	return consumer.Same(s.Keys, o.Keys) && s.InQuery == o.InQuery && s.InHeader == o.InHeader
}

// where resolves in_header and in_query.
func (s Source) where() (header, query bool, err error) {
	switch {
	case s.InHeader == nil && s.InQuery == nil:
		return true, true, nil
	case s.InHeader == nil:
		header, query = !*s.InQuery, *s.InQuery
	case s.InQuery == nil:
		header, query = *s.InHeader, !*s.InHeader
	default:
		header, query = *s.InHeader, *s.InQuery
	}
	if !header && !query {
		return header, query, errors.New("one of in_header and in_query has to be true")
	}
	return header, query, nil
}

// source is where a consumer's keys are looked for: what it does not say itself
// is as for all.
func (c *Config) source(of Source) Source {
	if len(of.Keys) == 0 {
		of.Keys = c.Keys
	}
	if of.InHeader == nil && of.InQuery == nil {
		of.InHeader, of.InQuery = c.InHeader, c.InQuery
	}
	return of
}

// add enters a consumer; all are the keys of those before it.
func (c *Config) add(who *Consumer, all *consumer.Keys) error {
	if err := consumer.CheckName(string(who.Name)); err != nil {
		return err
	}
	credentials := who.Credentials
	if who.Credential != "" {
		credentials = append([]loose.Text{who.Credential}, credentials...)
	}
	if len(credentials) == 0 || who.Credential != "" && len(who.Credentials) > 0 {
		return errors.New("needs either credential or credentials")
	}
	for _, credential := range credentials {
		if err := all.Add(string(credential), string(who.Name)); err != nil {
			return err
		}
	}
	source := c.source(who.Source)
	if len(source.Keys) == 0 {
		return errors.New("keys: is required, here or at the top level")
	}
	header, query, err := source.where()
	if err != nil {
		return err
	}
	for i, key := range source.Keys {
		// A name may be there twice, and that of a header in two cases.
		if isNew := !slices.ContainsFunc(source.Keys[:i], func(k string) bool { return strings.EqualFold(k, key) }); header && isNew {
			err = errors.Join(err, c.learn(strings.ToLower(key), true, credentials, string(who.Name)))
		}
		if isNew := !slices.Contains(source.Keys[:i], key); query && isNew {
			err = errors.Join(err, c.learn(key, false, credentials, string(who.Name)))
		}
	}
	return err
}

// learn adds credentials to a place.
func (c *Config) learn(name string, header bool, credentials []loose.Text, who string) error {
	known := c.at(name, header)
	for _, credential := range credentials {
		if err := known.Add(string(credential), who); err != nil {
			return err
		}
	}
	return nil
}

// at returns the keys of a place, which it makes if need be.
func (c *Config) at(name string, header bool) *consumer.Keys {
	p := c.place(name, header)
	if p == nil {
		c.places = append(c.places, place{name, header, &consumer.Keys{}})
		p = &c.places[len(c.places)-1]
		c.inQuery = c.inQuery || !header
	}
	return p.known
}
