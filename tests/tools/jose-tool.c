/* Our keys, JWE and JWS as a command, so that a test in another language can hold them against
 * other programs. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-base64url.h"
#include "chat-error.h"
#include "chat-file.h"
#include "chat-jwe.h"
#include "chat-jws.h"
#include "chat-key-cache.h"
#include "chat-limits.h"
#include "chat-private-key.h"

#include <stdio.h>
#include <string.h>

/* Text comes from stdin and goes to stdout; a passphrase for private keys from the environment. */
#define PASSPHRASE "JOSE_PASSPHRASE"

static char *
read_stdin (gsize *size)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  gsize n;

  while ((n = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    g_string_append_len (text, buffer, n);
  *size = text->len;
  return g_string_free (text, FALSE);
}

static gboolean
write_stdout (gconstpointer data, gsize size)
{
  return fwrite (data, 1, size, stdout) == size;
}

static ChatSecret *
get_passphrase (void)
{
  const char *passphrase = g_getenv (PASSPHRASE);

  return passphrase == NULL ? NULL : chat_secret_new (passphrase, strlen (passphrase));
}

static ChatPrivateKey *
load_private_key (const char *path, GError **error)
{
  gsize size;
  g_autofree char *pem = chat_file_read (path, CHAT_MAX_KEY_FILE, &size, error);
  g_autoptr (ChatSecret) passphrase = get_passphrase ();

  return pem == NULL ? NULL : chat_private_key_new_from_pem (pem, size, passphrase, error);
}

static ChatPublicKey *
load_public_key (const char *path, GError **error)
{
  gsize size;
  g_autofree char *pem = chat_file_read (path, CHAT_MAX_KEY_FILE, &size, error);

  return pem == NULL ? NULL : chat_public_key_new_from_pem (pem, size, error);
}

static gboolean
run_keygen (char **arguments, GError **error)
{
  g_autoptr (ChatPrivateKey) key = chat_private_key_generate (atoi (arguments[0]), error);
  g_autoptr (ChatSecret) passphrase = get_passphrase ();
  g_autoptr (ChatSecret) pem = NULL;

  if (key != NULL)
    pem = chat_private_key_to_pem (key, passphrase, error);
  return pem != NULL
         && chat_file_write (arguments[1], chat_secret_get_string (pem),
                             strlen (chat_secret_get_string (pem)), 0600, FALSE, error);
}

static gboolean
run_kid (char **arguments, GError **error)
{
  g_autoptr (ChatPublicKey) key = load_public_key (arguments[0], error);

  return key != NULL && write_stdout (chat_public_key_get_id (key), CHAT_KID_LENGTH);
}

static gboolean
run_public (char **arguments, GError **error)
{
  g_autoptr (ChatPrivateKey) key = load_private_key (arguments[0], error);
  g_autofree char *pem = NULL;

  if (key == NULL)
    return FALSE;

  pem = chat_public_key_dup_pem (chat_private_key_get_public (key));
  return write_stdout (pem, strlen (pem));
}

/* In the form of a delivery, which is the richest. */
static gboolean
run_seal (char **arguments, GError **error)
{
  g_autoptr (ChatPublicKey) key = load_public_key (arguments[0], error);
  g_autoptr (ChatSecret) content_key = chat_secret_new_random (CHAT_CONTENT_KEY_SIZE);
  g_autoptr (GBytes) wrapped = NULL;
  g_autofree char *encrypted_key = NULL;
  g_autofree char *mid = chat_mid_new ();
  g_autofree char *text = NULL;
  g_autofree char *jwe = NULL;
  gsize size, length;

  if (key != NULL)
    wrapped = chat_public_key_encrypt (key, content_key, error);
  if (wrapped == NULL)
    return FALSE;

  encrypted_key =
      chat_base64url_encode (g_bytes_get_data (wrapped, NULL), g_bytes_get_size (wrapped));
  text = read_stdin (&size);
  jwe = chat_jwe_seal (content_key, "{\"op\":\"message\",\"seq\":1,\"from\":\"zoë\"}",
                       chat_public_key_get_id (key), encrypted_key, mid, text, size, &length);
  return write_stdout (jwe, length);
}

static ChatSecret *
open_jwe (ChatPrivateKey *key, const char *json, gsize size, GError **error)
{
  g_autoptr (ChatKeyCache) cache = chat_key_cache_new (key, 1);
  g_autoptr (ChatJwe) jwe = chat_jwe_parse (json, size, error);
  g_autoptr (ChatSecret) content_key = NULL;

  if (jwe == NULL)
    return NULL;
  if (g_strcmp0 (chat_jwe_get_kid (jwe), chat_public_key_get_id (chat_private_key_get_public (key)))
          != 0
      || chat_jwe_get_encrypted_key (jwe) == NULL)
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_NOT_FOR_US,
                           "sealed for another key");
      return NULL;
    }

  content_key = chat_key_cache_unwrap (cache, chat_jwe_get_encrypted_key (jwe), error);
  return content_key == NULL ? NULL : chat_jwe_open (jwe, content_key, error);
}

static gboolean
run_open (char **arguments, GError **error)
{
  g_autoptr (ChatPrivateKey) key = load_private_key (arguments[0], error);
  g_autoptr (ChatSecret) plaintext = NULL;
  g_autofree char *json = NULL;
  const guint8 *data;
  gsize size;

  if (key == NULL)
    return FALSE;

  json = read_stdin (&size);
  plaintext = open_jwe (key, json, size, error);
  if (plaintext == NULL)
    return FALSE;

  data = chat_secret_get_data (plaintext, &size);
  return write_stdout (data, size);
}

static gboolean
run_sign (char **arguments, GError **error)
{
  g_autoptr (ChatPrivateKey) key = load_private_key (arguments[0], error);
  g_autofree char *payload = NULL;
  g_autofree char *jws = NULL;
  gsize size;

  if (key == NULL)
    return FALSE;

  payload = read_stdin (&size);
  jws = chat_jws_sign (key, payload, size, error);
  return jws != NULL && write_stdout (jws, strlen (jws));
}

static gboolean
run_verify (char **arguments, GError **error)
{
  g_autoptr (ChatPublicKey) key = load_public_key (arguments[0], error);
  gsize size;
  g_autofree char *text = read_stdin (&size);
  g_autoptr (ChatJws) jws = NULL;
  g_autoptr (GBytes) payload = NULL;

  if (key != NULL)
    jws = chat_jws_parse (text, size, error);
  if (jws != NULL)
    payload = chat_jws_verify (jws, key, error);
  return payload != NULL
         && write_stdout (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
}

static const struct
{
  const char *name;
  int n_arguments;
  const char *arguments;
  gboolean (*run) (char **arguments, GError **error);
} commands[] = {
  { "keygen", 2, "BITS FILE", run_keygen },
  { "public", 1, "PRIVATE", run_public },
  { "kid", 1, "PUBLIC", run_kid },
  { "seal", 1, "PUBLIC < TEXT", run_seal },
  { "open", 1, "PRIVATE < JWE", run_open },
  { "sign", 1, "PRIVATE < TEXT", run_sign },
  { "verify", 1, "PUBLIC < JWS", run_verify },
};

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (argc != commands[i].n_arguments + 2 || strcmp (argv[1], commands[i].name) != 0)
        continue;
      if (commands[i].run (argv + 2, &error))
        return 0;

      g_printerr ("jose-tool: %s\n", error != NULL ? error->message : "cannot write");
      return 1;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_printerr ("jose-tool %s %s\n", commands[i].name, commands[i].arguments);
  return 2;
}
