/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-file.h"

#include "chat-error.h"
#include "chat-file.h"
#include "chat-key-doctor.h"
#include "chat-limits.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static ChatPublicKey *
parse_public (const char          *name,
              const ChatKeyWanted *wanted,
              const char          *text,
              gsize                size,
              GError             **error)
{
  g_autoptr (GError) cause = NULL;
  ChatKeyForm form = chat_key_form_detect (text, size);
  ChatPublicKey *key;

  if (form != CHAT_KEY_FORM_PUBLIC)
    {
      chat_key_doctor_explain_public_form (error, name, wanted, form);
      return NULL;
    }

  key = chat_public_key_new_from_pem (text, size, &cause);
  if (key == NULL)
    chat_key_doctor_explain_public (error, name, wanted, cause);

  return key;
}

static ChatPrivateKey *
parse_private (const char          *name,
               const ChatKeyWanted *wanted,
               const char          *text,
               gsize                size,
               const ChatSecret    *passphrase,
               GError             **error)
{
  g_autoptr (GError) cause = NULL;
  ChatKeyForm form = chat_key_form_detect (text, size);
  ChatPrivateKey *key;

  if (form != CHAT_KEY_FORM_PRIVATE)
    {
      chat_key_doctor_explain_private_form (error, name, wanted, text, size, form);
      return NULL;
    }

  key = chat_private_key_new_from_pem (text, size, passphrase, &cause);
  if (key == NULL)
    chat_key_doctor_explain_private (error, name, wanted, cause);

  return key;
}

/**
 * chat_key_file_parse_public:
 * @name: (type filename): what the text is called in sentences, a path or the like
 * @owner: (nullable): whose key it should be ("bob", or %CHAT_KEY_OWNER_SERVER); %NULL for the
 *   reader's own
 * @text: (array length=size): the text
 * @size: its bytes
 * @error: return location
 *
 * Reads a public key that came from elsewhere than a file.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR and a sentence for
 *   people: what is wrong, and the remedy
 */
ChatPublicKey *
chat_key_file_parse_public (const char *name,
                            const char *owner,
                            const char *text,
                            gsize       size,
                            GError    **error)
{
  ChatKeyWanted wanted = { .owner = owner };

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (text != NULL || size == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return parse_public (name, &wanted, text, size, error);
}

/**
 * chat_key_file_parse_private:
 * @name: (type filename): what the text is called in sentences, a path or the like
 * @text: (array length=size): the text, which the caller wipes
 * @size: its bytes
 * @passphrase: (nullable): what opens it, where it is protected
 * @error: return location
 *
 * Reads a private key that came from elsewhere than a file.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR and a sentence for
 *   people: what is wrong, and the remedy
 */
ChatPrivateKey *
chat_key_file_parse_private (const char       *name,
                             const char       *text,
                             gsize             size,
                             const ChatSecret *passphrase,
                             GError          **error)
{
  ChatKeyWanted wanted = { .private = TRUE };

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (text != NULL || size == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return parse_private (name, &wanted, text, size, passphrase, error);
}

static char *
read_file (const char          *path,
           const ChatKeyWanted *wanted,
           gsize               *size,
           GError             **error)
{
  g_autoptr (GError) cause = NULL;
  char *text = chat_file_read (path, CHAT_MAX_KEY_FILE, size, &cause);

  if (text == NULL)
    chat_key_doctor_explain_read (error, path, wanted, cause);

  return text;
}

static ChatPublicKey *
load_public (const char          *path,
             const ChatKeyWanted *wanted,
             GError             **error)
{
  gsize size;
  char *text = read_file (path, wanted, &size, error);
  ChatPublicKey *key;

  if (text == NULL)
    return NULL;

  key = parse_public (path, wanted, text, size, error);
  /* It may be a private one, by mistake. */
  chat_wipe (text, size);
  g_free (text);

  return key;
}

static ChatPrivateKey *
load_private (const char          *path,
              const ChatKeyWanted *wanted,
              const ChatSecret    *passphrase,
              GError             **error)
{
  gsize size;
  char *text = read_file (path, wanted, &size, error);
  ChatPrivateKey *key;

  if (text == NULL)
    return NULL;

  key = parse_private (path, wanted, text, size, passphrase, error);
  chat_wipe (text, size);
  g_free (text);

  return key;
}

/**
 * chat_key_file_load_public:
 * @path: (type filename): a file
 * @owner: (nullable): whose key it should hold ("bob", or %CHAT_KEY_OWNER_SERVER); %NULL for the
 *   reader's own
 * @error: return location
 *
 * Reads a public key. Synchronous: for threads and for start-up.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR and a sentence for
 *   people: what is wrong, and the remedy
 */
ChatPublicKey *
chat_key_file_load_public (const char *path,
                           const char *owner,
                           GError    **error)
{
  ChatKeyWanted wanted = { .owner = owner };

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return load_public (path, &wanted, error);
}

/**
 * chat_key_file_load_chosen_public:
 * @path: (type filename): a file that was chosen in a window
 * @owner: (nullable): as for [func@key_file_load_public]
 * @error: return location
 *
 * [func@key_file_load_public], with the remedy for one who can choose another file.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR
 */
ChatPublicKey *
chat_key_file_load_chosen_public (const char *path,
                                  const char *owner,
                                  GError    **error)
{
  ChatKeyWanted wanted = { .owner = owner, .origin = CHAT_KEY_FROM_CHOOSER };

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return load_public (path, &wanted, error);
}

/**
 * chat_key_file_load_private:
 * @path: (type filename): a file
 * @passphrase: (nullable): what opens it, where it is protected
 * @error: return location
 *
 * Reads a private key. Synchronous: for threads and for start-up.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR and a sentence for
 *   people: what is wrong, and the remedy
 */
ChatPrivateKey *
chat_key_file_load_private (const char       *path,
                            const ChatSecret *passphrase,
                            GError          **error)
{
  ChatKeyWanted wanted = { .private = TRUE };

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return load_private (path, &wanted, passphrase, error);
}

/**
 * chat_key_file_load_chosen_private:
 * @path: (type filename): a file that was chosen in a window
 * @passphrase: (nullable): what opens it, where it is protected
 * @error: return location
 *
 * [func@key_file_load_private], with the remedy for one who can choose another file.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL with %CHAT_KEY_ERROR
 */
ChatPrivateKey *
chat_key_file_load_chosen_private (const char       *path,
                                   const ChatSecret *passphrase,
                                   GError          **error)
{
  ChatKeyWanted wanted = { .private = TRUE, .origin = CHAT_KEY_FROM_CHOOSER };

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return load_private (path, &wanted, passphrase, error);
}

/**
 * chat_key_file_advise:
 * @path: (type filename): a private key's file
 *
 * Looks whether others can read it. That is no error: the older Python program made its files so,
 * and its folders keep working.
 *
 * Returns: (transfer full) (nullable): a sentence for people with the remedy, or %NULL if all is
 *   well
 */
char *
chat_key_file_advise (const char *path)
{
  g_autofree char *display = NULL;
  g_autofree char *quoted = NULL;
  g_autofree char *display_quoted = NULL;
  GStatBuf info;

  g_return_val_if_fail (path != NULL, NULL);

  if (g_stat (path, &info) != 0 || (info.st_mode & (S_IRWXG | S_IRWXO)) == 0)
    return NULL;

  display = g_filename_display_name (path);
  quoted = chat_key_doctor_quote (path);
  display_quoted = g_filename_display_name (quoted);

  return g_strdup_printf (_("%s can be read by other users of this computer; make it yours alone: "
                            "chmod 600 %s"), display, display_quoted);
}

static gboolean
save (const char *path,
      const char *text,
      gsize       size,
      int         mode,
      gboolean    overwrite,
      GError    **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *display = NULL;

  if (chat_file_write (path, text, size, mode, overwrite, &cause))
    return TRUE;

  display = g_filename_display_name (path);
  if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_EXIST))
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_EXISTS,
                 _("%s is there already and is not overwritten; move it away or choose another "
                   "name"), display);
  else
    g_set_error_literal (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_FAILED, cause->message);

  return FALSE;
}

/**
 * chat_key_file_save_private:
 * @key: a key
 * @path: (type filename): the file
 * @passphrase: (nullable): what is to protect it
 * @overwrite: whether a file that is there is replaced
 * @error: return location
 *
 * Writes PKCS#8 in PEM that only the owner of the file can read. Atomic and synchronous.
 *
 * Returns: whether it is on the disk, else %CHAT_KEY_ERROR_EXISTS or %CHAT_KEY_ERROR_FAILED
 */
gboolean
chat_key_file_save_private (ChatPrivateKey   *key,
                            const char       *path,
                            const ChatSecret *passphrase,
                            gboolean          overwrite,
                            GError          **error)
{
  g_autoptr (ChatSecret) pem = NULL;
  gsize size;

  g_return_val_if_fail (CHAT_IS_PRIVATE_KEY (key), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  pem = chat_private_key_to_pem (key, passphrase, error);
  if (pem == NULL)
    return FALSE;
  chat_secret_get_data (pem, &size);

  return save (path, chat_secret_get_string (pem), size, 0600, overwrite, error);
}

/**
 * chat_key_file_save_public:
 * @key: a key
 * @path: (type filename): the file
 * @overwrite: whether a file that is there is replaced
 * @error: return location
 *
 * Writes a SubjectPublicKeyInfo in PEM that everybody can read. Atomic and synchronous.
 *
 * Returns: whether it is on the disk, else %CHAT_KEY_ERROR_EXISTS or %CHAT_KEY_ERROR_FAILED
 */
gboolean
chat_key_file_save_public (ChatPublicKey *key,
                           const char    *path,
                           gboolean       overwrite,
                           GError       **error)
{
  g_autofree char *pem = NULL;

  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (key), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  pem = chat_public_key_dup_pem (key);

  return save (path, pem, strlen (pem), 0644, overwrite, error);
}
