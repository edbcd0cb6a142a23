// Package jose checks signed JSON Web Tokens: RFC 7515 (JWS, compact form), 7517
// (JWK), 7518 (algorithms), 7519 (JWT) and 8037 (Ed25519). It takes what an
// attacker sends, so it is narrow where those leave room:
//
//   - The key decides. A token's alg is compared with what the key is for, and
//     never chooses how a key is used: an RSA key takes no HS256, and "none" is no
//     algorithm here.
//   - A key of the set is found by kid, kty, alg, use and key_ops. Keys in a token
//     (jwk, jku, x5c, x5u) are not looked at.
//   - A header with crit is refused, for no extension is known here (RFC 7515,
//     section 4.1.11).
//   - Keys below what RFC 7518 demands are not used: RSA from 2048 bits, HMAC as
//     long as the hash.
//   - A Cache remembers that a key has made a token's signature, and nothing that
//     can change.
//   - Base64 has one form, JSON no key twice, and everything has a limit.
package jose
