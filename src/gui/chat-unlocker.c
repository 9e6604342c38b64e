/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-unlocker.h"

#include "chat-keyring.h"
#include "chat-passphrase-dialog.h"

#include <glib/gi18n-lib.h>

struct _ChatUnlocker
{
  GObject parent_instance;

  ChatJoiner *joiner;
  GtkWidget *over; /* not owned: set to NULL when it goes */
  GCancellable *cancellable;
  ChatPassphraseDialog *dialog; /* not owned: GTK's, likewise */
  ChatSecret *passphrase;       /* to be remembered, if it opens the key */
  gboolean looked;              /* into the keyring */
  gboolean found;               /* something in it */
  gboolean available;           /* there is a keyring */
  gboolean remember;            /* what the user said last */
};

G_DEFINE_FINAL_TYPE (ChatUnlocker, chat_unlocker, G_TYPE_OBJECT)

static guint told_signal;

static void
chat_unlocker_dispose (GObject *object)
{
  ChatUnlocker *self = CHAT_UNLOCKER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->passphrase, chat_secret_unref);
  if (self->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  g_clear_weak_pointer (&self->dialog);
  g_clear_weak_pointer (&self->over);
  g_clear_object (&self->joiner);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (chat_unlocker_parent_class)->dispose (object);
}

static void
chat_unlocker_class_init (ChatUnlockerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_unlocker_dispose;

  told_signal = g_signal_new ("told", CHAT_TYPE_UNLOCKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
chat_unlocker_init (ChatUnlocker *self)
{
  self->cancellable = g_cancellable_new ();
}

static const char *
get_path (ChatUnlocker *self)
{
  return chat_joiner_get_profile (self->joiner)->private_key;
}

static gboolean
is_asking (ChatUnlocker *self)
{
  return self->joiner != NULL && chat_joiner_get_state (self->joiner) == CHAT_JOINER_ASKING;
}

/* Asking */

static void
response_cb (ChatUnlocker *self, const char *response, ChatPassphraseDialog *dialog)
{
  g_autoptr (ChatSecret) passphrase = NULL;

  g_clear_weak_pointer (&self->dialog);
  if (!is_asking (self))
    return;
  if (!g_str_equal (response, CHAT_PASSPHRASE_RESPONSE_OPEN))
    {
      chat_joiner_cancel (self->joiner);
      return;
    }

  passphrase = chat_passphrase_dialog_dup_passphrase (dialog);
  self->remember = chat_passphrase_dialog_get_remember (dialog);
  g_clear_pointer (&self->passphrase, chat_secret_unref);
  if (self->remember)
    self->passphrase = chat_secret_ref (passphrase);
  chat_joiner_give_passphrase (self->joiner, passphrase);
}

static void
ask (ChatUnlocker *self)
{
  const GError *error = chat_joiner_get_error (self->joiner);
  GtkRoot *root = self->over != NULL ? gtk_widget_get_root (self->over) : NULL;
  ChatPassphraseDialog *dialog;

  if (root == NULL)
    {
      chat_joiner_cancel (self->joiner);
      return;
    }
  dialog = chat_passphrase_dialog_new (GTK_WINDOW (root), get_path (self),
                                       error != NULL ? error->message : NULL);
  chat_passphrase_dialog_set_keyring (dialog, self->available, self->remember);
  g_set_weak_pointer (&self->dialog, dialog);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* The keyring */

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatUnlocker) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatSecret) passphrase = chat_keyring_lookup_finish (result, &error);

  if (!is_asking (self))
    return;

  /* Without a keyring, one is asked each time, and that is all. */
  if (error != NULL)
    g_debug ("no keyring: %s", error->message);
  self->available = error == NULL;
  self->found = passphrase != NULL;
  if (self->found)
    chat_joiner_give_passphrase (self->joiner, passphrase);
  else
    ask (self);
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!chat_keyring_change_finish (result, &error))
    g_message ("a passphrase that is wrong stays in the keyring: %s", error->message);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatUnlocker) self = user_data;
  g_autoptr (GError) error = NULL;

  if (chat_keyring_change_finish (result, &error))
    return;

  g_message ("the passphrase is not remembered: %s", error->message);
  g_signal_emit (self, told_signal, 0,
                 _("The keyring of this computer did not take the passphrase. You will be asked "
                   "for it again."));
}

static void
find_passphrase (ChatUnlocker *self)
{
  if (!self->looked)
    {
      self->looked = TRUE;
      chat_keyring_lookup_async (get_path (self), self->cancellable, looked_up_cb,
                                 g_object_ref (self));
      return;
    }

  if (self->found)
    {
      /* Then it is of no use to anybody. */
      self->found = FALSE;
      self->remember = TRUE;
      chat_keyring_forget_async (get_path (self), NULL, forgotten_cb, NULL);
    }
  ask (self);
}

/* It is known to be the right one now. */
static void
remember (ChatUnlocker *self)
{
  g_autoptr (ChatSecret) passphrase = g_steal_pointer (&self->passphrase);

  if (passphrase != NULL)
    chat_keyring_store_async (get_path (self),
                              chat_session_get_key (chat_joiner_get_session (self->joiner)),
                              passphrase, NULL, stored_cb, g_object_ref (self));
}

static void
state_cb (ChatUnlocker *self)
{
  switch (chat_joiner_get_state (self->joiner))
    {
    case CHAT_JOINER_ASKING:
      find_passphrase (self);
      break;
    case CHAT_JOINER_CONNECTING:
      remember (self);
      break;
    case CHAT_JOINER_FAILED:
    case CHAT_JOINER_CANCELLED:
      g_clear_pointer (&self->passphrase, chat_secret_unref);
      if (self->dialog != NULL)
        gtk_window_destroy (GTK_WINDOW (self->dialog));
      break;
    case CHAT_JOINER_IDLE:
    case CHAT_JOINER_LOADING:
    case CHAT_JOINER_PROVING:
    case CHAT_JOINER_ENTERING:
    case CHAT_JOINER_JOINED:
    default:
      break;
    }
}

/**
 * chat_unlocker_new:
 * @joiner: a joiner that has not started
 * @over: a widget in the window over which one is asked
 *
 * Returns: (transfer full): who answers when the joiner asks
 */
ChatUnlocker *
chat_unlocker_new (ChatJoiner *joiner, GtkWidget *over)
{
  ChatUnlocker *self;

  g_return_val_if_fail (CHAT_IS_JOINER (joiner) && GTK_IS_WIDGET (over), NULL);

  self = g_object_new (CHAT_TYPE_UNLOCKER, NULL);
  self->joiner = g_object_ref (joiner);
  g_set_weak_pointer (&self->over, over);
  g_signal_connect_object (joiner, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * chat_unlocker_get_dialog:
 * @self: an unlocker
 *
 * Returns: (transfer none) (nullable): the dialog, while one is asked
 */
GtkWindow *
chat_unlocker_get_dialog (ChatUnlocker *self)
{
  g_return_val_if_fail (CHAT_IS_UNLOCKER (self), NULL);

  return (GtkWindow *)self->dialog;
}
