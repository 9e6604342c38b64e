/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-connect-form.h"

#include "chat-keep-row.h"
#include "chat-key-row.h"
#include "chat-limits.h"
#include "chat-problem-row.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_PORT 65535

struct _ChatConnectForm
{
  AdwBin parent_instance;

  GtkScrolledWindow *scrolled;
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
  ChatKeepRow *keep;
  ChatProblemRow *problem; /* of none of them */
  ChatProblemRow *notice;
  GtkWidget *create_key;
  GtkWidget *connect;

  gboolean usable;
  ChatJoinField failed; /* what the failure concerns */
  char *failure;        /* of the last attempt, until something is changed */
};

G_DEFINE_FINAL_TYPE (ChatConnectForm, chat_connect_form, ADW_TYPE_BIN)

enum
{
  PROP_USABLE = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

enum
{
  CONNECT,
  CREATE_KEY,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
chat_connect_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_USABLE:
      g_value_set_boolean (value, CHAT_CONNECT_FORM (object)->usable);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_connect_form_finalize (GObject *object)
{
  g_free (CHAT_CONNECT_FORM (object)->failure);

  G_OBJECT_CLASS (chat_connect_form_parent_class)->finalize (object);
}

/* What is wrong, and where */

static ChatProblemRow *
problem_row (ChatConnectForm *self, ChatJoinField field)
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
field_row (ChatConnectForm *self, ChatJoinField field)
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

/* A screen reader says it when the focus comes to the field. */
static void
describe_problem (GtkAccessible *field, const char *text)
{
  if (text == NULL)
    {
      gtk_accessible_reset_state (field, GTK_ACCESSIBLE_STATE_INVALID);
      gtk_accessible_reset_property (field, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
      return;
    }
  gtk_accessible_update_state (field, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
  gtk_accessible_update_property (field, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

/* text: (nullable): what is wrong with the field as it stands; else it may be what the last attempt
 * met. */
static void
set_problem (ChatConnectForm *self, ChatJoinField field, const char *text)
{
  GtkWidget *row = field_row (self, field);

  if (text == NULL && self->failed == field)
    text = self->failure;
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
  if (CHAT_IS_KEY_ROW (row))
    chat_key_row_set_refused (CHAT_KEY_ROW (row), text != NULL);
  /* It is the text inside an entry row that gets the focus. */
  if (GTK_IS_EDITABLE (row))
    describe_problem (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (row))), text);
}

/* The fields. Nothing yet is no mistake. */

static char *
dup_stripped (GtkEditable *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

static gboolean
check_address (ChatConnectForm *self)
{
  g_autofree char *address = dup_stripped (self->address);
  const char *problem = NULL;

  if (strpbrk (address, " \t/@") != NULL || strlen (address) > CHAT_MAX_HOST_NAME)
    problem = _("An address is an IP address or a host name, like 192.0.2.7 or "
                "chat.example.org.");
  set_problem (self, CHAT_JOIN_FIELD_ADDRESS, problem);

  return *address != '\0' && problem == NULL;
}

static guint16
parse_port (ChatConnectForm *self)
{
  g_autofree char *text = dup_stripped (self->port);
  guint64 port;

  return g_ascii_string_to_unsigned (text, 10, 1, MAX_PORT, &port, NULL) ? (guint16)port : 0;
}

static gboolean
check_port (ChatConnectForm *self)
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
check_username (ChatConnectForm *self)
{
  g_autofree char *name = dup_stripped (self->username);
  g_autoptr (GError) error = NULL;
  gboolean valid = chat_username_check (name, &error);

  set_problem (self, CHAT_JOIN_FIELD_USERNAME,
               valid || *name == '\0' ? NULL : error->message);

  return valid;
}

/* A mistake that is easy to make: both are public halves, and both are called something.pem. */
static gboolean
check_keys (ChatConnectForm *self)
{
  ChatPublicKey *own = chat_key_row_get_key (self->private_key);
  ChatPublicKey *server = chat_key_row_get_key (self->server_key);
  gboolean mixed_up = own != NULL && server != NULL && chat_public_key_equal (own, server);

  set_problem (self, CHAT_JOIN_FIELD_PRIVATE_KEY, NULL);
  set_problem (self, CHAT_JOIN_FIELD_SERVER_KEY,
               mixed_up ? _("This is the public half of your own key. The server has another one: "
                            "ask the admin for it.")
                        : NULL);

  return !mixed_up && chat_key_row_is_usable (self->private_key)
         && chat_key_row_is_usable (self->server_key);
}

/* Each of them is asked, so that all mistakes are told at once. */
static void
check (ChatConnectForm *self)
{
  gboolean address = check_address (self);
  gboolean port = check_port (self);
  gboolean username = check_username (self);
  gboolean keys = check_keys (self);
  gboolean usable = address && port && username && keys;

  set_problem (self, CHAT_JOIN_FIELD_NONE, NULL);
  gtk_widget_set_sensitive (self->connect, usable);
  if (self->usable == usable)
    return;

  self->usable = usable;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_USABLE]);
}

/* Callbacks */

static void
checked_cb (ChatConnectForm *self)
{
  check (self);
}

/* What was told of the last attempt may not hold any more. */
static void
changed_cb (ChatConnectForm *self)
{
  g_clear_pointer (&self->failure, g_free);
  check (self);
}

static void
connect_cb (ChatConnectForm *self)
{
  g_signal_emit (self, signals[CONNECT], 0);
}

static void
create_key_cb (ChatConnectForm *self)
{
  g_signal_emit (self, signals[CREATE_KEY], 0);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, address);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, port);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, username);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, private_key);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, server_key);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, address_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, port_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, username_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, private_key_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, server_key_problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, keep);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, problem);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, notice);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, create_key);
  gtk_widget_class_bind_template_child (widget_class, ChatConnectForm, connect);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, create_key_cb);
}

static void
chat_connect_form_class_init (ChatConnectFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chat_connect_form_get_property;
  object_class->finalize = chat_connect_form_finalize;

  props[PROP_USABLE] =
      g_param_spec_boolean ("usable", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CONNECT] = g_signal_new ("connect", CHAT_TYPE_CONNECT_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[CREATE_KEY] = g_signal_new ("create-key", CHAT_TYPE_CONNECT_FORM, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (CHAT_TYPE_KEEP_ROW);
  g_type_ensure (CHAT_TYPE_KEY_ROW);
  g_type_ensure (CHAT_TYPE_PROBLEM_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-connect-form.ui");
  bind_children (widget_class);
}

/* Only now are all rows there that a change is checked against. */
static void
watch (ChatConnectForm *self)
{
  gpointer entries[] = { self->address, self->port, self->username };
  gpointer rows[] = { self->private_key, self->server_key };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_signal_connect_object (entries[i], "changed", G_CALLBACK (changed_cb), self,
                             G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      chat_keep_row_watch (self->keep, rows[i]);
      g_signal_connect_object (rows[i], "notify::path", G_CALLBACK (changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (rows[i], "notify::state", G_CALLBACK (checked_cb), self,
                               G_CONNECT_SWAPPED);
    }
}

/* Large text has no room for a long label beside what else there is, in some languages. */
static void
let_shrink (GtkWidget *button)
{
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
}

static void
chat_connect_form_init (ChatConnectForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  let_shrink (self->create_key);
  watch (self);
  chat_connect_form_clear (self);
}

/* Public functions */

/**
 * chat_connect_form_is_usable:
 * @self: a form
 *
 * Returns: whether one can connect with what is in it
 */
gboolean
chat_connect_form_is_usable (ChatConnectForm *self)
{
  g_return_val_if_fail (CHAT_IS_CONNECT_FORM (self), FALSE);

  return self->usable;
}

/**
 * chat_connect_form_dup_profile:
 * @self: a form that is usable
 *
 * Returns: (transfer full): what is in it
 */
ChatProfile *
chat_connect_form_dup_profile (ChatConnectForm *self)
{
  ChatProfile *profile;

  g_return_val_if_fail (CHAT_IS_CONNECT_FORM (self) && self->usable, NULL);

  profile = g_new0 (ChatProfile, 1);
  profile->address = dup_stripped (self->address);
  profile->port = parse_port (self);
  profile->username = dup_stripped (self->username);
  profile->private_key = g_strdup (chat_key_row_get_path (self->private_key));
  profile->server_key = g_strdup (chat_key_row_get_path (self->server_key));

  return profile;
}

/**
 * chat_connect_form_dup_username:
 * @self: a form
 *
 * Returns: (transfer full): the username as it stands, perhaps empty or wrong
 */
char *
chat_connect_form_dup_username (ChatConnectForm *self)
{
  g_return_val_if_fail (CHAT_IS_CONNECT_FORM (self), NULL);

  return dup_stripped (self->username);
}

/**
 * chat_connect_form_show_profile:
 * @self: a form
 * @profile: a complete profile
 *
 * Fills it in, and looks at the key files.
 */
void
chat_connect_form_show_profile (ChatConnectForm *self, const ChatProfile *profile)
{
  g_autofree char *port = NULL;

  g_return_if_fail (CHAT_IS_CONNECT_FORM (self) && profile != NULL);

  port = g_strdup_printf ("%u", profile->port);
  gtk_editable_set_text (self->address, profile->address);
  gtk_editable_set_text (self->port, port);
  gtk_editable_set_text (self->username, profile->username);
  chat_key_row_set_path (self->private_key, profile->private_key);
  chat_key_row_set_path (self->server_key, profile->server_key);
  chat_connect_form_show_failure (self, CHAT_JOIN_FIELD_NONE, NULL);
}

/**
 * chat_connect_form_clear:
 * @self: a form
 *
 * Empties it, but for the usual port.
 */
void
chat_connect_form_clear (ChatConnectForm *self)
{
  ChatProfile empty = { .username = (char *)"", .address = (char *)"", .port = CHAT_DEFAULT_PORT };

  g_return_if_fail (CHAT_IS_CONNECT_FORM (self));

  chat_connect_form_show_profile (self, &empty);
}

/**
 * chat_connect_form_set_key:
 * @self: a form
 * @kind: one of the two keys
 * @path: a file
 *
 * Puts a key file where it belongs.
 */
void
chat_connect_form_set_key (ChatConnectForm *self, ChatFileKind kind, const char *path)
{
  g_return_if_fail (CHAT_IS_CONNECT_FORM (self));

  if (kind == CHAT_FILE_KIND_PRIVATE_KEY)
    chat_key_row_set_path (self->private_key, path);
  else if (kind == CHAT_FILE_KIND_PUBLIC_KEY)
    chat_key_row_set_path (self->server_key, path);
}

/**
 * chat_connect_form_show_failure:
 * @self: a form
 * @field: what it concerns
 * @sentence: (nullable): why an attempt failed; %NULL to say nothing any more
 *
 * Tells it at the field, until something is changed.
 */
void
chat_connect_form_show_failure (ChatConnectForm *self, ChatJoinField field, const char *sentence)
{
  g_return_if_fail (CHAT_IS_CONNECT_FORM (self));

  g_free (self->failure);
  self->failure = g_strdup (sentence);
  self->failed = field;
  check (self);
  if (sentence != NULL)
    gtk_widget_grab_focus (field_row (self, field));
}

/**
 * chat_connect_form_set_notice:
 * @self: a form
 * @sentence: (nullable): what is to be told
 *
 * Tells something that concerns no field, whatever is changed; above all else, where it is seen.
 */
void
chat_connect_form_set_notice (ChatConnectForm *self, const char *sentence)
{
  g_return_if_fail (CHAT_IS_CONNECT_FORM (self));

  if (g_strcmp0 (chat_problem_row_get_text (self->notice), sentence) == 0)
    return;

  chat_problem_row_set_text (self->notice, sentence);
  if (sentence != NULL)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
}

/**
 * chat_connect_form_focus:
 * @self: a form
 *
 * Puts the focus where there is something to do.
 */
void
chat_connect_form_focus (ChatConnectForm *self)
{
  const ChatJoinField order[] = { CHAT_JOIN_FIELD_ADDRESS, CHAT_JOIN_FIELD_PORT,
                                  CHAT_JOIN_FIELD_USERNAME };

  g_return_if_fail (CHAT_IS_CONNECT_FORM (self));

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      GtkWidget *row = field_row (self, order[i]);

      if (*gtk_editable_get_text (GTK_EDITABLE (row)) == '\0')
        {
          gtk_widget_grab_focus (row);
          return;
        }
    }
  if (self->usable)
    gtk_widget_grab_focus (self->connect);
  else if (!chat_key_row_is_usable (self->server_key))
    gtk_widget_grab_focus (GTK_WIDGET (self->server_key));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->private_key));
}

/**
 * chat_connect_form_get_button:
 * @self: a form
 *
 * Returns: (transfer none): the button that connects
 */
GtkWidget *
chat_connect_form_get_button (ChatConnectForm *self)
{
  g_return_val_if_fail (CHAT_IS_CONNECT_FORM (self), NULL);

  return self->connect;
}
