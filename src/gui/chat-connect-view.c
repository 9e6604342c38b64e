/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connect-view.h"

#include "chat-create-key-dialog.h"
#include "chat-joiner.h"
#include "chat-key-row.h"
#include "chat-last-room.h"
#include "chat-limits.h"
#include "chat-passphrase-dialog.h"
#include "chat-problem-row.h"
#include "chat-profile.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>

#define MAX_PORT 65535

struct _ChatConnectView
{
  AdwBin parent_instance;

  GtkWidget *fields;
  GtkEditable *address;
  GtkEditable *port;
  GtkEditable *username;
  ChatKeyRow *private_key;
  ChatKeyRow *server_key;
  ChatProblemRow *address_problem;
  ChatProblemRow *port_problem;
  ChatProblemRow *username_problem;
  ChatProblemRow *private_key_problem;
  ChatProblemRow *server_key_problem;
  ChatProblemRow *problem; /* of none of them */
  GtkStack *stack;
  GtkWidget *connect;
  GtkSpinner *spinner;
  GtkLabel *progress;
  GtkWidget *cancel;

  ChatJoiner *joiner;        /* while one connects */
  GCancellable *cancellable; /* of loading a profile */
  gboolean quiet;            /* the profile need not be there */
  gboolean filled;           /* by a profile: Enter connects, once the keys are checked */
};

G_DEFINE_FINAL_TYPE (ChatConnectView, chat_connect_view, ADW_TYPE_BIN)

static guint joined_signal;

static void
chat_connect_view_dispose (GObject *object)
{
  ChatConnectView *self = CHAT_CONNECT_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->joiner != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->joiner, self);
      chat_joiner_cancel (self->joiner);
    }
  g_clear_object (&self->joiner);

  G_OBJECT_CLASS (chat_connect_view_parent_class)->dispose (object);
}

/* Enter in any of the fields connects. */
static void
chat_connect_view_root (GtkWidget *widget)
{
  GtkRoot *root;

  GTK_WIDGET_CLASS (chat_connect_view_parent_class)->root (widget);
  root = gtk_widget_get_root (widget);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_default_widget (GTK_WINDOW (root), CHAT_CONNECT_VIEW (widget)->connect);
}

/* What is wrong, and where */

static ChatProblemRow *
problem_row (ChatConnectView *self, ChatJoinField field)
{
  switch (field)
    {
    case CHAT_JOIN_FIELD_ADDRESS:
      return self->address_problem;
    case CHAT_JOIN_FIELD_PORT:
      return self->port_problem;
    case CHAT_JOIN_FIELD_USERNAME:
      return self->username_problem;
    case CHAT_JOIN_FIELD_PRIVATE_KEY:
      return self->private_key_problem;
    case CHAT_JOIN_FIELD_SERVER_KEY:
      return self->server_key_problem;
    case CHAT_JOIN_FIELD_NONE:
    default:
      return self->problem;
    }
}

static GtkWidget *
field_row (ChatConnectView *self, ChatJoinField field)
{
  switch (field)
    {
    case CHAT_JOIN_FIELD_ADDRESS:
      return GTK_WIDGET (self->address);
    case CHAT_JOIN_FIELD_PORT:
      return GTK_WIDGET (self->port);
    case CHAT_JOIN_FIELD_USERNAME:
      return GTK_WIDGET (self->username);
    case CHAT_JOIN_FIELD_PRIVATE_KEY:
      return GTK_WIDGET (self->private_key);
    case CHAT_JOIN_FIELD_SERVER_KEY:
      return GTK_WIDGET (self->server_key);
    case CHAT_JOIN_FIELD_NONE:
    default:
      return self->connect;
    }
}

static void
set_problem (ChatConnectView *self, ChatJoinField field, const char *text)
{
  GtkWidget *row = field_row (self, field);

  chat_problem_row_set_text (problem_row (self, field), text);
  if (field == CHAT_JOIN_FIELD_NONE)
    return;

  if (text != NULL)
    gtk_widget_add_css_class (row, "error");
  else
    gtk_widget_remove_css_class (row, "error");
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
      text != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static char *
dup_stripped (GtkEditable *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

static gboolean
check_address (ChatConnectView *self)
{
  g_autofree char *address = dup_stripped (self->address);

  /* Nothing yet is no mistake. */
  set_problem (self, CHAT_JOIN_FIELD_ADDRESS,
               strpbrk (address, " \t/@") != NULL
                   ? _("An address is an IP address or a host name, like 192.0.2.7 or "
                        "chat.example.org.")
                   : NULL);

  return *address != '\0'
         && chat_problem_row_get_text (self->address_problem) == NULL;
}

static guint16
parse_port (ChatConnectView *self)
{
  g_autofree char *text = dup_stripped (self->port);
  guint64 port;

  return g_ascii_string_to_unsigned (text, 10, 1, MAX_PORT, &port, NULL) ? (guint16)port : 0;
}

static gboolean
check_port (ChatConnectView *self)
{
  g_autofree char *text = dup_stripped (self->port);
  g_autofree char *problem = NULL;
  gboolean valid = parse_port (self) != 0;

  if (!valid && *text != '\0')
    problem = g_strdup_printf (_("A port is a number from 1 to %d."), MAX_PORT);
  set_problem (self, CHAT_JOIN_FIELD_PORT, problem);

  return valid;
}

static gboolean
check_username (ChatConnectView *self)
{
  g_autofree char *name = dup_stripped (self->username);
  g_autoptr (GError) error = NULL;
  gboolean valid = chat_username_check (name, &error);

  set_problem (self, CHAT_JOIN_FIELD_USERNAME,
               valid || *name == '\0' ? NULL : error->message);

  return valid;
}

/* Each of them is asked, so that all mistakes are told at once. */
static void
changed_cb (ChatConnectView *self)
{
  gboolean address = check_address (self);
  gboolean port = check_port (self);
  gboolean username = check_username (self);

  /* While the template is built, the rows come one by one. */
  set_problem (self, CHAT_JOIN_FIELD_PRIVATE_KEY, NULL);
  set_problem (self, CHAT_JOIN_FIELD_SERVER_KEY, NULL);
  set_problem (self, CHAT_JOIN_FIELD_NONE, NULL);
  gtk_widget_set_sensitive (self->connect, address && port && username
                                               && chat_key_row_is_usable (self->private_key)
                                               && chat_key_row_is_usable (self->server_key));
  if (self->filled && gtk_widget_is_sensitive (self->connect))
    {
      self->filled = FALSE;
      gtk_widget_grab_focus (self->connect);
    }
}

/**
 * chat_connect_view_show_error:
 * @self: a view
 * @error: why one is not, or no longer, in the room
 *
 * Tells it at the field that it concerns.
 */
void
chat_connect_view_show_error (ChatConnectView *self, const GError *error)
{
  ChatJoinField field;

  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self) && error != NULL);

  field = chat_join_field_of_error (error);
  set_problem (self, field, error->message);
}

/* Connecting */

static ChatProfile *
make_profile (ChatConnectView *self)
{
  ChatProfile *profile = g_new0 (ChatProfile, 1);

  profile->address = dup_stripped (self->address);
  profile->port = parse_port (self);
  profile->username = dup_stripped (self->username);
  profile->private_key = g_strdup (chat_key_row_get_path (self->private_key));
  profile->server_key = g_strdup (chat_key_row_get_path (self->server_key));

  return profile;
}

static void
set_busy (ChatConnectView *self, const char *progress)
{
  gboolean busy = progress != NULL;

  gtk_widget_set_sensitive (self->fields, !busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_label_set_text (self->progress, busy ? progress : "");
  gtk_stack_set_visible_child_name (self->stack, busy ? "busy" : "ready");
}

static void
end_joining (ChatConnectView *self)
{
  g_signal_handlers_disconnect_by_data (self->joiner, self);
  g_clear_object (&self->joiner);
  set_busy (self, NULL);
}

static void
passphrase_cb (ChatConnectView *self, const char *response, ChatPassphraseDialog *dialog)
{
  g_autoptr (ChatSecret) passphrase = NULL;

  if (self->joiner == NULL || chat_joiner_get_state (self->joiner) != CHAT_JOINER_ASKING)
    return;

  if (!g_str_equal (response, CHAT_PASSPHRASE_RESPONSE_OPEN))
    {
      chat_connect_view_cancel (self);
      return;
    }
  passphrase = chat_passphrase_dialog_dup_passphrase (dialog);
  chat_joiner_give_passphrase (self->joiner, passphrase);
}

static void
ask_passphrase (ChatConnectView *self)
{
  const GError *error = chat_joiner_get_error (self->joiner);
  ChatPassphraseDialog *dialog = chat_passphrase_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      chat_joiner_get_profile (self->joiner)->private_key, error != NULL ? error->message : NULL);

  g_signal_connect_object (dialog, "response", G_CALLBACK (passphrase_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_joined (ChatConnectView *self)
{
  g_autoptr (ChatSession) session = g_object_ref (chat_joiner_get_session (self->joiner));

  chat_last_room_remember (chat_joiner_get_profile (self->joiner));
  end_joining (self);
  g_signal_emit (self, joined_signal, 0, session);
}

static void
show_failed (ChatConnectView *self)
{
  g_autoptr (ChatJoiner) joiner = g_object_ref (self->joiner);
  ChatJoinField field = chat_joiner_get_field (joiner);

  end_joining (self);
  set_problem (self, field, chat_joiner_get_error (joiner)->message);
  gtk_widget_grab_focus (field_row (self, field));
}

static void
joiner_state_cb (ChatConnectView *self)
{
  switch (chat_joiner_get_state (self->joiner))
    {
    case CHAT_JOINER_LOADING:
      set_busy (self, _("Reading the keys…"));
      break;
    case CHAT_JOINER_ASKING:
      set_busy (self, _("Waiting for the passphrase…"));
      ask_passphrase (self);
      break;
    case CHAT_JOINER_CONNECTING:
      set_busy (self, _("Connecting to the server…"));
      break;
    case CHAT_JOINER_PROVING:
      set_busy (self, _("Proving both keys…"));
      break;
    case CHAT_JOINER_ENTERING:
      set_busy (self, _("Entering the room…"));
      break;
    case CHAT_JOINER_JOINED:
      show_joined (self);
      break;
    case CHAT_JOINER_FAILED:
      show_failed (self);
      break;
    case CHAT_JOINER_CANCELLED:
      end_joining (self);
      break;
    case CHAT_JOINER_IDLE:
    default:
      break;
    }
}

static void
connect_cb (ChatConnectView *self)
{
  g_autoptr (ChatProfile) profile = NULL;

  if (self->joiner != NULL)
    return;

  /* What was told of the last attempt is over. */
  changed_cb (self);
  profile = make_profile (self);
  self->joiner = chat_joiner_new (profile);
  g_signal_connect_object (self->joiner, "notify::state", G_CALLBACK (joiner_state_cb), self,
                           G_CONNECT_SWAPPED);
  chat_joiner_start (self->joiner);
}

/**
 * chat_connect_view_cancel:
 * @self: a view
 *
 * Gives up an attempt that runs.
 */
void
chat_connect_view_cancel (ChatConnectView *self)
{
  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self));

  if (self->joiner != NULL)
    chat_joiner_cancel (self->joiner);
}

/* Keys and profiles */

static void
key_created_cb (ChatConnectView *self, const char *path)
{
  chat_key_row_set_path (self->private_key, path);
}

static void
create_key_cb (ChatConnectView *self)
{
  g_autofree char *username = dup_stripped (self->username);
  ChatCreateKeyDialog *dialog = chat_create_key_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), username);

  g_signal_connect_object (dialog, "created", G_CALLBACK (key_created_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_profile (ChatConnectView *self, const ChatProfile *profile)
{
  g_autofree char *port = g_strdup_printf ("%u", profile->port);

  gtk_editable_set_text (self->address, profile->address);
  gtk_editable_set_text (self->port, port);
  gtk_editable_set_text (self->username, profile->username);
  chat_key_row_set_path (self->private_key, profile->private_key);
  chat_key_row_set_path (self->server_key, profile->server_key);
  self->filled = TRUE;
  changed_cb (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatProfile) profile = chat_profile_load_finish (result, &error);
  ChatConnectView *self = user_data;

  /* Then another one is loaded, or the view is gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (profile != NULL)
    show_profile (self, profile);
  else if (!self->quiet || !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    set_problem (self, CHAT_JOIN_FIELD_NONE, error->message);
}

/**
 * chat_connect_view_load:
 * @self: a view
 * @path: a file like `user_config.json`
 * @quiet: whether it is no problem if there is no such file
 *
 * Fills in what is in the file; key files beside it are found. Reads it in a thread.
 */
void
chat_connect_view_load (ChatConnectView *self, const char *path, gboolean quiet)
{
  g_return_if_fail (CHAT_IS_CONNECT_VIEW (self) && path != NULL);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->quiet = quiet;
  chat_profile_load_async (path, self->cancellable, loaded_cb, self);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, fields);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, address);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, port);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, username);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, private_key);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, server_key);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, address_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, port_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, username_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, private_key_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, server_key_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, stack);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, connect);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, progress);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectView, cancel);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, create_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_connect_view_cancel);
}

static void
chat_connect_view_class_init (ChatConnectViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_connect_view_dispose;
  widget_class->root = chat_connect_view_root;

  joined_signal = g_signal_new ("joined", CHAT_TYPE_CONNECT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, CHAT_TYPE_SESSION);

  g_type_ensure (CHAT_TYPE_KEY_ROW);
  g_type_ensure (CHAT_TYPE_PROBLEM_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-connect-view.ui");
  bind_children (widget_class);
}

static void
chat_connect_view_init (ChatConnectView *self)
{
  g_autofree char *port = g_strdup_printf ("%d", CHAT_DEFAULT_PORT);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_editable_set_text (self->port, port);
}
