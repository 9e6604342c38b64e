/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-doctor.h"

#include "chat-error.h"
#include "chat-limits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * chat_key_doctor_quote:
 * @name: (type filename): a path
 *
 * Makes a path fit for a command that people paste. One that begins with a dash gets `./` before
 * it, so that it is no option.
 *
 * Returns: (transfer full): @name as one word for a shell, as it is where no quotes are needed
 */
char *
chat_key_doctor_quote (const char *name)
{
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "_-./+,:@%=";

  g_return_val_if_fail (name != NULL, NULL);

  if (*name == '-')
    {
      /* Else it is an option to the command. */
      g_autofree char *relative = g_strconcat ("./", name, NULL);

      return chat_key_doctor_quote (relative);
    }
  if (*name != '\0' && name[strspn (name, plain)] == '\0')
    return g_strdup (name);

  return g_shell_quote (name);
}

/* A command with its placeholders filled in: $F is the file, $N where a program writes that cannot
 * write to the file which it reads. */
static char *
fill_in (const char *template,
         const char *file,
         const char *new_file)
{
  g_autofree char *quoted = chat_key_doctor_quote (file);
  g_autofree char *quoted_new = chat_key_doctor_quote (new_file);
  GString *command = g_string_new (template);

  g_string_replace (command, "$F", quoted, 0);
  g_string_replace (command, "$N", quoted_new, 0);

  return g_string_free (command, FALSE);
}

/* Converts a public key to $N. A file named *.pem stands where we look for it, so the result takes
 * its place; what has another name (id_rsa.pub) may be needed as it is. */
static char *
conversion (const char *template,
            const char *file)
{
  gboolean in_place = g_str_has_suffix (file, ".pem");
  g_autofree char *new_file = g_strconcat (file, in_place ? ".new" : ".pem", NULL);
  g_autofree char *whole = g_strconcat (template, in_place ? " && mv $N $F" : NULL, NULL);

  return fill_in (whole, file, new_file);
}

/* Converts a private key, of which the original is always kept. */
static char *
private_conversion (const char *template,
                    const char *file)
{
  g_autofree char *new_file = NULL;

  if (g_str_has_suffix (file, ".pem"))
    {
      g_autofree char *stem = g_strndup (file, strlen (file) - strlen (".pem"));

      new_file = g_strconcat (stem, "-converted.pem", NULL);
    }
  else
    new_file = g_strconcat (file, ".pem", NULL);

  return fill_in (template, file, new_file);
}

/* Sets an error with a cause (in tables below, so it cannot be a format), a remedy, and the command
 * that the remedy speaks of: "FILE cause; remedy: COMMAND". */
static void
set_with_command (GError     **error,
                  ChatKeyError code,
                  const char  *name,
                  const char  *cause,
                  const char  *remedy,
                  const char  *command)
{
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *display_command = g_filename_display_name (command);

  g_set_error (error, CHAT_KEY_ERROR, code, "%s %s; %s: %s", display, cause, remedy,
               display_command);
}

/**
 * chat_key_doctor_explain_read:
 * @error: (nullable): return location
 * @name: (type filename): the file
 * @wanted: what should have been found
 * @cause: why it could not be read, of %G_FILE_ERROR
 *
 * Sets %CHAT_KEY_ERROR_MISSING, %CHAT_KEY_ERROR_UNREADABLE or, for a file too large to be a key,
 * %CHAT_KEY_ERROR_NOT_PEM.
 */
void
chat_key_doctor_explain_read (GError             **error,
                              const char          *name,
                              const ChatKeyWanted *wanted,
                              const GError        *cause)
{
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *remedy = chat_key_remedy_right_file (wanted);
  g_autofree char *command = fill_in ("ls -ld $F", name, "");
  g_autofree char *display_command = g_filename_display_name (command);

  if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT)
      || g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_MISSING,
                 _("%s does not exist; %s"), display, remedy);
  else if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_INVAL))
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_PEM,
                 _("%s, so it is no key file; %s"), cause->message, remedy);
  else if (g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_ISDIR))
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_UNREADABLE,
                 _("%s is a folder, not a file; %s"), display, remedy);
  else
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_UNREADABLE,
                 _("%s; see who owns it and who may read it: %s"), cause->message,
                 display_command);
}

/* What is no key at all, whichever half is wanted. */
static void
explain_no_key (GError             **error,
                const char          *name,
                const ChatKeyWanted *wanted,
                ChatKeyForm          form)
{
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *remedy = chat_key_remedy_right_file (wanted);
  g_autofree char *command = NULL;

  switch (form)
    {
    case CHAT_KEY_FORM_EMPTY:
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_PEM, _("%s is empty; %s"), display,
                   remedy);
      break;
    case CHAT_KEY_FORM_UTF16:
      command = conversion ("iconv -f UTF-16 -t UTF-8 $F > $N", name);
      set_with_command (error, CHAT_KEY_ERROR_NOT_PEM, name, _("is text in UTF-16, not UTF-8"),
                        chat_key_remedy_convert (wanted), command);
      break;
    default:
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_PEM,
                   _("%s holds no key (a text with the line -----BEGIN %s-----); %s"), display,
                   wanted->private ? "PRIVATE KEY" : "PUBLIC KEY", remedy);
      break;
    }
}

/* The public forms that a command turns into the one that is wanted.
 * TRANSLATORS: before each comes the name of a file, after it "; convert it: " and a command. */
static const struct
{
  ChatKeyForm form;
  ChatKeyError code;
  const char *cause;
  const char *command;
} public_cures[] = {
  { CHAT_KEY_FORM_OPENSSH_PUBLIC, CHAT_KEY_ERROR_OPENSSH,
    N_("is a public key in OpenSSH's own format"),
    "ssh-keygen -e -m PKCS8 -f $F > $N" },
  { CHAT_KEY_FORM_SSH2_PUBLIC, CHAT_KEY_ERROR_OPENSSH,
    N_("is a public key in the SSH2 format"),
    "ssh-keygen -i -f $F | ssh-keygen -e -m PKCS8 -f /dev/stdin > $N" },
  { CHAT_KEY_FORM_DER_PUBLIC, CHAT_KEY_ERROR_NOT_PEM,
    N_("is a public key in binary form (DER)"),
    "openssl pkey -pubin -inform DER -in $F -pubout > $N" },
  { CHAT_KEY_FORM_CERTIFICATE, CHAT_KEY_ERROR_IS_CERTIFICATE,
    N_("holds a certificate"),
    "openssl x509 -in $F -noout -pubkey > $N" },
  { CHAT_KEY_FORM_DER_CERTIFICATE, CHAT_KEY_ERROR_IS_CERTIFICATE,
    N_("holds a certificate"),
    "openssl x509 -inform DER -in $F -noout -pubkey > $N" },
  { CHAT_KEY_FORM_REQUEST, CHAT_KEY_ERROR_IS_CERTIFICATE,
    N_("holds a certificate request"),
    "openssl req -in $F -noout -pubkey > $N" },
};

/**
 * chat_key_doctor_explain_public_form:
 * @error: (nullable): return location
 * @name: (type filename): the file
 * @wanted: what should have been found
 * @form: what it holds, and not %CHAT_KEY_FORM_PUBLIC
 *
 * Sets the sentence for a file that should hold a public key in PEM.
 */
void
chat_key_doctor_explain_public_form (GError             **error,
                                     const char          *name,
                                     const ChatKeyWanted *wanted,
                                     ChatKeyForm          form)
{
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *remedy = chat_key_remedy_right_file (wanted);

  for (guint i = 0; i < G_N_ELEMENTS (public_cures); i++)
    if (public_cures[i].form == form)
      {
        g_autofree char *command = conversion (public_cures[i].command, name);

        set_with_command (error, public_cures[i].code, name, _(public_cures[i].cause),
                          public_cures[i].code == CHAT_KEY_ERROR_IS_CERTIFICATE
                              ? chat_key_remedy_extract (wanted)
                              : chat_key_remedy_convert (wanted),
                          command);
        return;
      }

  if (chat_key_form_is_private (form))
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_IS_PRIVATE,
                 _("%s holds a private key; %s"), display, remedy);
  else if (form == CHAT_KEY_FORM_OTHER_PUBLIC)
    g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_RSA,
                 _("%s holds a key that is not RSA; %s"), display,
                 chat_key_remedy_new_pair (wanted));
  else
    explain_no_key (error, name, wanted, form);
}

static void
explain_openssh_private (GError             **error,
                         const char          *name,
                         const ChatKeyWanted *wanted,
                         const char          *text,
                         gsize                size)
{
  g_autofree char *command = NULL;
  g_autofree char *display = g_filename_display_name (name);

  if (!chat_key_form_openssh_is_rsa (text, size))
    {
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_RSA,
                   _("%s holds an OpenSSH key that is not RSA; %s"), display,
                   chat_key_remedy_new_pair (wanted));
      return;
    }

  /* A key without a passphrase stays without; for the others ssh-keygen asks for old and new. */
  command = private_conversion (chat_key_form_openssh_is_protected (text, size)
                                    ? "cp -p $F $N && ssh-keygen -p -m PKCS8 -f $N"
                                    : "cp -p $F $N && ssh-keygen -p -m PKCS8 -N \"\" -f $N",
                                name);
  set_with_command (error, CHAT_KEY_ERROR_OPENSSH, name,
                    _("is a private key in OpenSSH's own format"),
                    chat_key_remedy_convert (wanted), command);
}

/**
 * chat_key_doctor_explain_private_form:
 * @error: (nullable): return location
 * @name: (type filename): the file
 * @wanted: what should have been found
 * @text: (array length=size): its content
 * @size: bytes of @text
 * @form: what it holds, and not %CHAT_KEY_FORM_PRIVATE
 *
 * Sets the sentence for a file that should hold a private key in PEM.
 */
void
chat_key_doctor_explain_private_form (GError             **error,
                                      const char          *name,
                                      const ChatKeyWanted *wanted,
                                      const char          *text,
                                      gsize                size,
                                      ChatKeyForm          form)
{
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *remedy = chat_key_remedy_right_file (wanted);
  const char *convert = chat_key_remedy_convert (wanted);
  g_autofree char *command = NULL;

  switch (form)
    {
    case CHAT_KEY_FORM_OPENSSH_PRIVATE:
      explain_openssh_private (error, name, wanted, text, size);
      break;
    case CHAT_KEY_FORM_PUTTY:
      command = private_conversion ("puttygen $F -O private-openssh -o $N", name);
      set_with_command (error, CHAT_KEY_ERROR_OPENSSH, name,
                        _("is a private key in PuTTY's own format"), convert, command);
      break;
    case CHAT_KEY_FORM_DER_PRIVATE:
      command = private_conversion ("openssl pkey -inform DER -in $F -out $N", name);
      set_with_command (error, CHAT_KEY_ERROR_NOT_PEM, name,
                        _("is a private key in binary form (DER)"), convert, command);
      break;
    case CHAT_KEY_FORM_OTHER_PRIVATE:
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_RSA,
                   _("%s holds a key that is not RSA; %s"), display,
                   chat_key_remedy_new_pair (wanted));
      break;
    case CHAT_KEY_FORM_CERTIFICATE:
    case CHAT_KEY_FORM_DER_CERTIFICATE:
    case CHAT_KEY_FORM_REQUEST:
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_IS_CERTIFICATE,
                   _("%s holds a certificate, not the private key that belongs to it; %s"),
                   display, remedy);
      break;
    default:
      if (chat_key_form_is_public (form))
        g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_IS_PUBLIC,
                     _("%s holds a public key, the other half of the pair; %s"), display, remedy);
      else
        explain_no_key (error, name, wanted, form);
      break;
    }
}

/* Not RSA, too short, too long: whichever half it is. */
static void
explain_unfit (GError             **error,
               const char          *name,
               const ChatKeyWanted *wanted,
               const GError        *cause)
{
  g_autofree char *display = g_filename_display_name (name);
  const char *remedy = chat_key_remedy_new_pair (wanted);

  switch (cause->code)
    {
    case CHAT_KEY_ERROR_TOO_SHORT:
      g_set_error (error, CHAT_KEY_ERROR, cause->code,
                   _("%s holds %s, which is too short to be safe (at least %d are needed); %s"),
                   display, cause->message, CHAT_MIN_RSA_BITS, remedy);
      break;
    case CHAT_KEY_ERROR_TOO_LONG:
      g_set_error (error, CHAT_KEY_ERROR, cause->code,
                   _("%s holds %s, which would slow everybody down (at most %d are taken); %s"),
                   display, cause->message, CHAT_MAX_RSA_BITS, remedy);
      break;
    default:
      g_set_error (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NOT_RSA, _("%s holds %s; %s"), display,
                   cause->message, remedy);
      break;
    }
}

/**
 * chat_key_doctor_explain_public:
 * @error: (nullable): return location
 * @name: (type filename): the file
 * @wanted: what should have been found
 * @cause: what [ctor@PublicKey.new_from_pem] said of its content
 *
 * Sets an error of the same code, with a sentence.
 */
void
chat_key_doctor_explain_public (GError             **error,
                                const char          *name,
                                const ChatKeyWanted *wanted,
                                const GError        *cause)
{
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *remedy = chat_key_remedy_whole_file (wanted);

  if (cause->code == CHAT_KEY_ERROR_BROKEN)
    g_set_error (error, CHAT_KEY_ERROR, cause->code, _("%s holds %s; %s"), display,
                 cause->message, remedy);
  else
    explain_unfit (error, name, wanted, cause);
}

/**
 * chat_key_doctor_explain_private:
 * @error: (nullable): return location
 * @name: (type filename): the file
 * @wanted: what should have been found
 * @cause: what [ctor@PrivateKey.new_from_pem] said of its content
 *
 * Sets an error of the same code, with a sentence.
 */
void
chat_key_doctor_explain_private (GError             **error,
                                 const char          *name,
                                 const ChatKeyWanted *wanted,
                                 const GError        *cause)
{
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *command = NULL;

  switch (cause->code)
    {
    case CHAT_KEY_ERROR_NEEDS_PASSPHRASE:
      command = private_conversion ("openssl pkey -in $F -out $N", name);
      set_with_command (error, cause->code, name, _("is protected by a passphrase"),
                        _("type it when asked, or make a copy without one"), command);
      break;
    case CHAT_KEY_ERROR_WRONG_PASSPHRASE:
      g_set_error (error, CHAT_KEY_ERROR, cause->code,
                   _("%s is not opened by this passphrase; try again, and look at Caps Lock and "
                     "the keyboard layout"), display);
      break;
    case CHAT_KEY_ERROR_BROKEN:
      command = private_conversion ("openssl pkcs8 -topk8 -in $F -out $N", name);
      g_set_error (error, CHAT_KEY_ERROR, cause->code,
                   _("%s holds %s; take it from a backup, or try to have it written anew: %s"),
                   display, cause->message, command);
      break;
    default:
      explain_unfit (error, name, wanted, cause);
      break;
    }
}
