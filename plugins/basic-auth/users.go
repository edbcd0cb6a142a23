package main

import (
	"errors"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
)

// users finds consumers by name and password.
type users struct {
	of        []Consumer
	passwords map[string][]entry
	// decoy is compared with the passwords of users that nobody has, so that they
	// take as long as others.
	decoy password
}

// entry is one password of a user. Different consumers may have a user's name in
// common.
type entry struct {
	password
	consumer string
}

// password is one that is stored in some way.
type password interface {
	Is(given string) bool
}

var errColon = errors.New("credential: must be user:password")

func (u *users) add(who Consumer) error {
	if err := consumer.CheckName(string(who.Name)); err != nil {
		return err
	}
	user, stored, ok := strings.Cut(who.Credential, ":")
	if !ok || stored == "" {
		return errColon
	}
	if hasControl(user) || hasControl(stored) {
		return errors.New("credential: must not have control characters")
	}
	p, err := newPassword(stored)
	if err != nil {
		return err
	}
	if u.passwords == nil {
		u.passwords = map[string][]entry{}
	}
	for _, e := range u.passwords[user] {
		if e.password == p {
			return consumer.ErrDuplicate
		}
	}
	u.passwords[user] = append(u.passwords[user], entry{p, string(who.Name)})
	if _, slow := p.(*hashed); slow || u.decoy == nil {
		u.decoy = p
	}
	return nil
}

// newPassword reads how a password is stored.
func newPassword(stored string) (password, error) {
	if isBcrypt(stored) {
		return newHashed(stored)
	}
	return consumer.NewSecret(stored)
}

// identify returns the consumer with that name and password. All passwords of a
// user are compared, whichever is right.
func (u *users) identify(user, given string) (name string, err error) {
	found := u.passwords[user]
	if len(found) == 0 {
		_ = u.decoy.Is(given)
		return "", errInvalid
	}
	err = errInvalid
	for _, e := range found {
		if e.Is(given) {
			name, err = e.consumer, nil
		}
	}
	return name, err
}
