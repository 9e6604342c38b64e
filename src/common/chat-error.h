/* Error domains: one per fallible area. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatKeyError:
 * @CHAT_KEY_ERROR_MISSING: there is no such file
 * @CHAT_KEY_ERROR_UNREADABLE: the file is there and cannot be read
 * @CHAT_KEY_ERROR_NOT_PEM: the file holds no PEM block, or is empty, or far too large
 * @CHAT_KEY_ERROR_OPENSSH: a key in one of OpenSSH's or PuTTY's own formats
 * @CHAT_KEY_ERROR_IS_PRIVATE: a private key where a public one belongs
 * @CHAT_KEY_ERROR_IS_PUBLIC: a public key where a private one belongs
 * @CHAT_KEY_ERROR_IS_CERTIFICATE: a certificate (or request) where a key belongs
 * @CHAT_KEY_ERROR_NOT_RSA: an EC, Ed25519, DSA, … or RSA-PSS-only key
 * @CHAT_KEY_ERROR_TOO_SHORT: an RSA key under CHAT_MIN_RSA_BITS
 * @CHAT_KEY_ERROR_TOO_LONG: an RSA key over CHAT_MAX_RSA_BITS
 * @CHAT_KEY_ERROR_NEEDS_PASSPHRASE: the private key is protected and no passphrase was given
 * @CHAT_KEY_ERROR_WRONG_PASSPHRASE: the passphrase does not open it
 * @CHAT_KEY_ERROR_BROKEN: looks like a key and cannot be decoded, or its numbers are no RSA key
 * @CHAT_KEY_ERROR_DUPLICATE: the same key is registered under two names
 * @CHAT_KEY_ERROR_BAD_NAME: not a username
 * @CHAT_KEY_ERROR_EXISTS: a file that must not be overwritten is there
 * @CHAT_KEY_ERROR_FAILED: writing or generating failed
 *
 * What can be wrong with a key or its file. The messages are whole sentences with a remedy.
 */
typedef enum
{
  CHAT_KEY_ERROR_MISSING,
  CHAT_KEY_ERROR_UNREADABLE,
  CHAT_KEY_ERROR_NOT_PEM,
  CHAT_KEY_ERROR_OPENSSH,
  CHAT_KEY_ERROR_IS_PRIVATE,
  CHAT_KEY_ERROR_IS_PUBLIC,
  CHAT_KEY_ERROR_IS_CERTIFICATE,
  CHAT_KEY_ERROR_NOT_RSA,
  CHAT_KEY_ERROR_TOO_SHORT,
  CHAT_KEY_ERROR_TOO_LONG,
  CHAT_KEY_ERROR_NEEDS_PASSPHRASE,
  CHAT_KEY_ERROR_WRONG_PASSPHRASE,
  CHAT_KEY_ERROR_BROKEN,
  CHAT_KEY_ERROR_DUPLICATE,
  CHAT_KEY_ERROR_BAD_NAME,
  CHAT_KEY_ERROR_EXISTS,
  CHAT_KEY_ERROR_FAILED,
} ChatKeyError;

#define CHAT_KEY_ERROR (chat_key_error_quark ())
GQuark chat_key_error_quark (void);

/**
 * ChatJoseError:
 * @CHAT_JOSE_ERROR_MALFORMED: not the JSON, base64url or structure that the RFCs demand
 * @CHAT_JOSE_ERROR_UNSUPPORTED: well-formed, with an algorithm or extension we do not take
 * @CHAT_JOSE_ERROR_NOT_FOR_US: sealed for another key
 * @CHAT_JOSE_ERROR_INVALID: decryption or signature check failed
 *
 * What can be wrong with a JWE, a JWS or a message inside.
 */
typedef enum
{
  CHAT_JOSE_ERROR_MALFORMED,
  CHAT_JOSE_ERROR_UNSUPPORTED,
  CHAT_JOSE_ERROR_NOT_FOR_US,
  CHAT_JOSE_ERROR_INVALID,
} ChatJoseError;

#define CHAT_JOSE_ERROR (chat_jose_error_quark ())
GQuark chat_jose_error_quark (void);

/**
 * ChatProtocolError:
 * @CHAT_PROTOCOL_ERROR_MALFORMED: a frame broke the rules
 * @CHAT_PROTOCOL_ERROR_TOO_LARGE: a frame was over its limit
 * @CHAT_PROTOCOL_ERROR_VERSION: the server speaks no version that the client offered
 * @CHAT_PROTOCOL_ERROR_TIMEOUT: no `hello` in time
 * @CHAT_PROTOCOL_ERROR_WRONG_NAME: the key is registered under another name
 * @CHAT_PROTOCOL_ERROR_REMOVED: the key was removed from the guest list
 * @CHAT_PROTOCOL_ERROR_TOO_MANY: this username has as many connections as it may have
 * @CHAT_PROTOCOL_ERROR_FULL: the server has as many connections as it takes
 * @CHAT_PROTOCOL_ERROR_TOO_SLOW: the client did not read what was queued for it
 * @CHAT_PROTOCOL_ERROR_NOT_ADMIN: `shutdown` is for admins
 * @CHAT_PROTOCOL_ERROR_UNKNOWN_SEAL: a post names a seal that is not registered
 * @CHAT_PROTOCOL_ERROR_UNKNOWN_READER: a seal names a key that is not a guest's
 * @CHAT_PROTOCOL_ERROR_NOT_STORED: a post could not be stored, for example on a full disk
 * @CHAT_PROTOCOL_ERROR_UNKNOWN: not on the wire: a code that this version does not know
 *
 * The error codes of docs/PROTOCOL.md, in its order; [func@protocol_error_to_code] gives the
 * word on the wire.
 */
typedef enum
{
  CHAT_PROTOCOL_ERROR_MALFORMED,
  CHAT_PROTOCOL_ERROR_TOO_LARGE,
  CHAT_PROTOCOL_ERROR_VERSION,
  CHAT_PROTOCOL_ERROR_TIMEOUT,
  CHAT_PROTOCOL_ERROR_WRONG_NAME,
  CHAT_PROTOCOL_ERROR_REMOVED,
  CHAT_PROTOCOL_ERROR_TOO_MANY,
  CHAT_PROTOCOL_ERROR_FULL,
  CHAT_PROTOCOL_ERROR_TOO_SLOW,
  CHAT_PROTOCOL_ERROR_NOT_ADMIN,
  CHAT_PROTOCOL_ERROR_UNKNOWN_SEAL,
  CHAT_PROTOCOL_ERROR_UNKNOWN_READER,
  CHAT_PROTOCOL_ERROR_NOT_STORED,
  CHAT_PROTOCOL_ERROR_UNKNOWN,
} ChatProtocolError;

#define CHAT_PROTOCOL_ERROR (chat_protocol_error_quark ())
GQuark chat_protocol_error_quark (void);

const char *chat_protocol_error_to_code (ChatProtocolError error);
ChatProtocolError chat_protocol_error_from_code (const char *code);
gboolean chat_protocol_error_is_fatal (ChatProtocolError error);

/**
 * ChatLinkError:
 * @CHAT_LINK_ERROR_CLOSED: the peer closed the connection
 * @CHAT_LINK_ERROR_LOST: the connection broke
 * @CHAT_LINK_ERROR_TIMEOUT: the handshake did not finish in time
 * @CHAT_LINK_ERROR_NOT_TLS13: the peer does not speak TLS 1.3
 * @CHAT_LINK_ERROR_WRONG_PEER: the peer holds another key than the expected one
 * @CHAT_LINK_ERROR_DENIED: the peer does not know our key (alert access_denied)
 * @CHAT_LINK_ERROR_HANDSHAKE: the handshake failed otherwise
 *
 * Why a link ended.
 */
typedef enum
{
  CHAT_LINK_ERROR_CLOSED,
  CHAT_LINK_ERROR_LOST,
  CHAT_LINK_ERROR_TIMEOUT,
  CHAT_LINK_ERROR_NOT_TLS13,
  CHAT_LINK_ERROR_WRONG_PEER,
  CHAT_LINK_ERROR_DENIED,
  CHAT_LINK_ERROR_HANDSHAKE,
} ChatLinkError;

#define CHAT_LINK_ERROR (chat_link_error_quark ())
GQuark chat_link_error_quark (void);

/**
 * ChatConfigError:
 * @CHAT_CONFIG_ERROR_UNREADABLE: the file cannot be read
 * @CHAT_CONFIG_ERROR_SYNTAX: not a JSON object
 * @CHAT_CONFIG_ERROR_MEMBER: an unknown member, or one with a wrong value
 *
 * What can be wrong with `config.json` or `user_config.json`.
 */
typedef enum
{
  CHAT_CONFIG_ERROR_UNREADABLE,
  CHAT_CONFIG_ERROR_SYNTAX,
  CHAT_CONFIG_ERROR_MEMBER,
} ChatConfigError;

#define CHAT_CONFIG_ERROR (chat_config_error_quark ())
GQuark chat_config_error_quark (void);

G_END_DECLS
