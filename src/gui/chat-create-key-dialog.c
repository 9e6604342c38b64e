/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-create-key-dialog.h"

#include "chat-key-loader.h"
#include "chat-library-names.h"
#include "chat-limits.h"
#include "chat-problem-row.h"
#include "chat-profile.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _ChatCreateKeyDialog
{
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkEditable *passphrase;
  GtkEditable *again;
  ChatProblemRow *problem;
  GtkWidget *create;
  GtkSpinner *spinner;
  GtkWidget *cancel;
  GtkLabel *fingerprint;
  GtkWidget *copy;
  GtkWidget *save;
  GtkLabel *note;

  char *username;
  char *path; /* of the private key */
  gboolean overwrite;
  ChatPrivateKey *key;
  GCancellable *cancellable;
  GtkFileChooserNative *chooser;
  GtkWidget *question; /* not owned: GTK's, while it is asked */
};

G_DEFINE_FINAL_TYPE (ChatCreateKeyDialog, chat_create_key_dialog, ADW_TYPE_WINDOW)

static guint created_signal;

/**
 * chat_create_key_dialog_new:
 * @parent: over which window
 * @username: (nullable): whose key it will be, for the name of the public file
 *
 * Returns: (transfer none): a dialog, which GTK owns until it is closed
 */
ChatCreateKeyDialog *
chat_create_key_dialog_new (GtkWindow *parent, const char *username)
{
  ChatCreateKeyDialog *self =
      g_object_new (CHAT_TYPE_CREATE_KEY_DIALOG, "transient-for", parent, NULL);

  self->username = g_strdup (username != NULL && *username != '\0' ? username : NULL);

  return self;
}

static void
chat_create_key_dialog_dispose (GObject *object)
{
  ChatCreateKeyDialog *self = CHAT_CREATE_KEY_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->key);
  g_clear_weak_pointer (&self->question);

  G_OBJECT_CLASS (chat_create_key_dialog_parent_class)->dispose (object);
}

static void
chat_create_key_dialog_finalize (GObject *object)
{
  ChatCreateKeyDialog *self = CHAT_CREATE_KEY_DIALOG (object);

  g_free (self->username);
  g_free (self->path);

  G_OBJECT_CLASS (chat_create_key_dialog_parent_class)->finalize (object);
}

/* The form */

static gboolean
check (ChatCreateKeyDialog *self)
{
  const char *first = gtk_editable_get_text (self->passphrase);
  const char *second = gtk_editable_get_text (self->again);
  gboolean begun = *second != '\0' && !g_str_has_prefix (first, second);
  gboolean too_long = strlen (first) > CHAT_MAX_PASSPHRASE;
  const char *problem = NULL;

  if (too_long)
    problem = _("This passphrase is too long. Nobody needs to type that much.");
  else if (begun)
    problem = _("The two passphrases differ.");
  chat_problem_row_set_text (self->problem, problem);

  return !too_long && g_str_equal (first, second);
}

static void
changed_cb (ChatCreateKeyDialog *self)
{
  gtk_widget_set_sensitive (self->create, check (self));
}

static void
show_page (ChatCreateKeyDialog *self, const char *name)
{
  gtk_spinner_set_spinning (self->spinner, g_str_equal (name, "busy"));
  gtk_stack_set_visible_child_name (self->stack, name);
}

static void
show_error (ChatCreateKeyDialog *self, const GError *error)
{
  show_page (self, "form");
  chat_problem_row_set_text (self->problem, error->message);
}

/* Making it. The dialog is kept until the thread answers; cancelled, it answers at once. */

static ChatSecret *
dup_passphrase (ChatCreateKeyDialog *self)
{
  const char *text = gtk_editable_get_text (self->passphrase);

  return *text != '\0' ? chat_secret_new (text, strlen (text)) : NULL;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatCreateKeyDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_key_loader_save_finish (result, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_error (self, error);
      return;
    }

  gtk_editable_set_text (self->passphrase, "");
  gtk_editable_set_text (self->again, "");
  gtk_label_set_text (self->fingerprint,
                      chat_public_key_get_fingerprint (chat_private_key_get_public (self->key)));
  show_page (self, "done");
  gtk_widget_grab_focus (self->copy);
  /* The focus came by it, and that selects it. */
  gtk_label_select_region (self->fingerprint, 0, 0);
  g_signal_emit (self, created_signal, 0, self->path);
}

static void
generated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatCreateKeyDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = chat_private_key_generate_finish (result, &error);
  g_autoptr (ChatSecret) passphrase = NULL;

  if (key == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_error (self, error);
      return;
    }

  g_set_object (&self->key, key);
  passphrase = dup_passphrase (self);
  chat_key_loader_save_private_async (key, self->path, passphrase, self->overwrite,
                                      self->cancellable, saved_cb, g_object_ref (self));
}

static void
generate (ChatCreateKeyDialog *self, gboolean overwrite)
{
  self->overwrite = overwrite;
  show_page (self, "busy");
  gtk_widget_grab_focus (self->cancel);
  chat_private_key_generate_async (CHAT_DEFAULT_RSA_BITS, self->cancellable, generated_cb,
                                   g_object_ref (self));
}

/* Whoever loses a private key is a stranger in all rooms that knew it. The file chooser's question
 * is the same for any file, so this one is asked in addition. */

static void
replace_cb (ChatCreateKeyDialog *self, const char *response)
{
  if (g_str_equal (response, "replace"))
    generate (self, TRUE);
}

static void
ask_to_replace (ChatCreateKeyDialog *self)
{
  g_autofree char *name = g_path_get_basename (self->path);
  /* TRANSLATORS: the name of a file */
  g_autofree char *body = g_strdup_printf (
      _("The file %s is there already. If it is a key, replacing it destroys that key for good: "
        "all rooms where you are known by it do not let you in any more."),
      name);
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (self), _("Replace the File?"), body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Keep It"),
                                    "replace", _("_Replace"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (replace_cb), self, G_CONNECT_SWAPPED);
  g_set_weak_pointer (&self->question, dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatCreateKeyDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  /* The dialog may have another cancellable by now. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* What else is wrong with the place, writing to it tells. */
  if (info != NULL)
    ask_to_replace (self);
  else
    generate (self, FALSE);
}

/**
 * chat_create_key_dialog_create:
 * @self: a dialog
 * @file: where the private key goes; if something is there, the user is asked
 *
 * Makes the key in a thread and saves it.
 */
void
chat_create_key_dialog_create (ChatCreateKeyDialog *self, GFile *file)
{
  g_return_if_fail (CHAT_IS_CREATE_KEY_DIALOG (self) && G_IS_FILE (file));

  g_free (self->path);
  self->path = g_file_get_path (file);
  if (self->path == NULL)
    {
      chat_problem_row_set_text (self->problem,
                                 _("The key can only be saved on this computer."));
      return;
    }

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->cancellable, looked_cb, g_object_ref (self));
}

static void
cancel_cb (ChatCreateKeyDialog *self)
{
  g_cancellable_cancel (self->cancellable);
  show_page (self, "form");
  gtk_widget_grab_focus (self->create);
}

/* Closed, or gone with its parent: whatever runs holds it, so that it is not disposed of yet. */
static void
unrealize_cb (ChatCreateKeyDialog *self)
{
  g_cancellable_cancel (self->cancellable);
}

/* Where to */

static void
choose (ChatCreateKeyDialog *self, const char *title, const char *name, GCallback response_cb)
{
  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", response_cb, self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static GFile *
take_choice (ChatCreateKeyDialog *self, int response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);

  return response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser))
                                         : NULL;
}

static void
create_response_cb (ChatCreateKeyDialog *self, int response)
{
  g_autoptr (GFile) file = take_choice (self, response);

  if (file != NULL)
    chat_create_key_dialog_create (self, file);
}

static void
create_cb (ChatCreateKeyDialog *self)
{
  choose (self, _("Save the Private Key"), CHAT_PROFILE_PRIVATE_KEY,
          G_CALLBACK (create_response_cb));
}

/* The public half */

static void
copy_cb (ChatCreateKeyDialog *self)
{
  g_autofree char *pem = chat_public_key_dup_pem (chat_private_key_get_public (self->key));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), pem);
  gtk_label_set_text (self->note, _("Copied. Paste it into a message to the admin, "
                                      "an e-mail for example."));
}

static void
public_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatCreateKeyDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  if (chat_key_loader_save_finish (result, &error))
    gtk_label_set_text (self->note, _("Saved. Send this file to the admin."));
  else
    gtk_label_set_text (self->note, error->message);
}

static void
save_response_cb (ChatCreateKeyDialog *self, int response)
{
  g_autoptr (GFile) file = take_choice (self, response);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path == NULL)
    return;
  if (g_strcmp0 (path, self->path) == 0)
    {
      gtk_label_set_text (self->note,
                          _("This is the file of your private key. Choose another name."));
      return;
    }
  /* The file chooser has asked, where something is there. */
  chat_key_loader_save_public_async (chat_private_key_get_public (self->key), path, TRUE,
                                     self->cancellable, public_saved_cb, g_object_ref (self));
}

/* As the admin needs it, where that is known; "key_public.pem" would make a guest "public" of it.
 */
static void
save_cb (ChatCreateKeyDialog *self)
{
  g_autofree char *name = self->username != NULL
                              ? g_strdup_printf ("key_%s.pem", self->username)
                              : g_strdup ("my_public_key.pem");

  choose (self, _("Save the Public Key"), name, G_CALLBACK (save_response_cb));
}

static void
chat_create_key_dialog_class_init (ChatCreateKeyDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = chat_create_key_dialog_dispose;
  object_class->finalize = chat_create_key_dialog_finalize;

  created_signal = g_signal_new ("created", CHAT_TYPE_CREATE_KEY_DIALOG, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (CHAT_TYPE_PROBLEM_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-create-key-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, passphrase);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, again);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, create);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, copy);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, save);
  gtk_widget_class_bind_template_child (widget_class, ChatCreateKeyDialog, note);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, create_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

/* Large text has no room for a long label beside what else there is, in some languages. */
static void
let_shrink (GtkWidget *button)
{
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
}

static void
chat_create_key_dialog_init (ChatCreateKeyDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  chat_library_names_from_tooltips (GTK_WIDGET (self->passphrase));
  chat_library_names_from_tooltips (GTK_WIDGET (self->again));
  let_shrink (self->create);
  let_shrink (self->copy);
  let_shrink (self->save);
  g_signal_connect (self, "unrealize", G_CALLBACK (unrealize_cb), NULL);
}
