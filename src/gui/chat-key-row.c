/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-key-row.h"

#include "chat-error.h"
#include "chat-key-loader.h"

#include <glib/gi18n-lib.h>

struct _ChatKeyRow
{
  AdwActionRow parent_instance;

  GtkSpinner *spinner;
  GtkImage *icon;
  GtkWidget *copy;
  GtkWidget *choose;
  GtkDropTarget *drop;

  gboolean private; /* one's own key, or the server's public one */
  char *path;
  ChatKeyRowState state;
  ChatPublicKey *key; /* public half of what is in the file, once it is known */
  gboolean refused;   /* for what is not in the file */
  GCancellable *cancellable; /* of the check that runs */
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (ChatKeyRow, chat_key_row, ADW_TYPE_ACTION_ROW)

G_DEFINE_ENUM_TYPE (ChatKeyRowState, chat_key_row_state,
                    G_DEFINE_ENUM_VALUE (CHAT_KEY_ROW_EMPTY, "empty"),
                    G_DEFINE_ENUM_VALUE (CHAT_KEY_ROW_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (CHAT_KEY_ROW_GOOD, "good"),
                    G_DEFINE_ENUM_VALUE (CHAT_KEY_ROW_PROTECTED, "protected"),
                    G_DEFINE_ENUM_VALUE (CHAT_KEY_ROW_BAD, "bad"))

enum
{
  PROP_PRIVATE = 1,
  PROP_PATH,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
chat_key_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatKeyRow *self = CHAT_KEY_ROW (object);

  switch (id)
    {
    case PROP_PRIVATE:
      g_value_set_boolean (value, self->private);
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int)self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_key_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatKeyRow *self = CHAT_KEY_ROW (object);

  switch (id)
    {
    case PROP_PRIVATE:
      self->private = g_value_get_boolean (value);
      break;
    case PROP_PATH:
      chat_key_row_set_path (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_key_row_dispose (GObject *object)
{
  ChatKeyRow *self = CHAT_KEY_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->key);

  G_OBJECT_CLASS (chat_key_row_parent_class)->dispose (object);
}

static void
chat_key_row_finalize (GObject *object)
{
  g_free (CHAT_KEY_ROW (object)->path);

  G_OBJECT_CLASS (chat_key_row_parent_class)->finalize (object);
}

/* What is shown */

static void
show_icon (ChatKeyRow *self, const char *icon, const char *style, const char *meaning)
{
  const char *classes[] = { style, NULL };

  gtk_widget_set_visible (GTK_WIDGET (self->icon), icon != NULL);
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  meaning, -1);
}

static void
show_verdict (ChatKeyRow *self)
{
  if (self->refused && chat_key_row_is_usable (self))
    {
      show_icon (self, "dialog-error-symbolic", "error", _("This key was not accepted"));
      return;
    }

  switch (self->state)
    {
    case CHAT_KEY_ROW_GOOD:
      show_icon (self, "object-select-symbolic", "success", _("This key can be used"));
      break;
    case CHAT_KEY_ROW_PROTECTED:
      show_icon (self, "dialog-password-symbolic", "success", _("This key needs its passphrase"));
      break;
    case CHAT_KEY_ROW_BAD:
      show_icon (self, "dialog-error-symbolic", "error", _("This file cannot be used"));
      break;
    case CHAT_KEY_ROW_EMPTY:
    case CHAT_KEY_ROW_LOADING:
    default:
      show_icon (self, NULL, NULL, "");
    }
}

static void
show_state (ChatKeyRow *self)
{
  gboolean loading = self->state == CHAT_KEY_ROW_LOADING;

  gtk_widget_set_visible (self->copy, self->private && self->key != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), loading);
  gtk_spinner_set_spinning (self->spinner, loading);
  show_verdict (self);
}

/* key: (nullable): whose fingerprint is shown below the text */
static void
set_state (ChatKeyRow *self, ChatKeyRowState state, const char *text, ChatPublicKey *key)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  g_autofree char *subtitle = NULL;
  g_autofree char *description = NULL;

  if (key != NULL)
    {
      const char *fingerprint = chat_public_key_get_fingerprint (key);

      /* Letters of one width can be compared line by line. */
      subtitle = g_strdup_printf ("%s\n<tt>%s</tt>", escaped, fingerprint);
      description = g_strdup_printf ("%s\n%s", text, fingerprint);
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), key != NULL ? subtitle : escaped);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  key != NULL ? description : text, -1);
  g_set_object (&self->key, key);
  if (self->state == state)
    return;

  self->state = state;
  show_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
show_key (ChatKeyRow *self, ChatPublicKey *key)
{
  g_autofree char *name = g_filename_display_basename (self->path);
  /* TRANSLATORS: a file name, the length of a key */
  g_autofree char *text =
      g_strdup_printf (_("%s, RSA, %u bits"), name, chat_public_key_get_bits (key));

  set_state (self, CHAT_KEY_ROW_GOOD, text, key);
}

static void
show_error (ChatKeyRow *self, const GError *error)
{
  g_autofree char *name = NULL;
  g_autofree char *subtitle = NULL;

  if (!g_error_matches (error, CHAT_KEY_ERROR, CHAT_KEY_ERROR_NEEDS_PASSPHRASE))
    {
      set_state (self, CHAT_KEY_ROW_BAD, error->message, NULL);
      return;
    }

  name = g_filename_display_basename (self->path);
  subtitle = g_strdup_printf (_("%s is protected by a passphrase. You are asked for it when you "
                                 "connect."),
                              name);
  set_state (self, CHAT_KEY_ROW_PROTECTED, subtitle, NULL);
}

/* Looking at the file */

static void
public_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPublicKey) key = chat_key_loader_load_public_finish (result, &error);

  /* Then another file has been chosen meanwhile, or the row is gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (key != NULL)
    show_key (user_data, key);
  else
    show_error (user_data, error);
}

static void
private_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatPrivateKey) key = chat_key_loader_load_private_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (key != NULL)
    show_key (user_data, chat_private_key_get_public (key));
  else
    show_error (user_data, error);
}

/**
 * chat_key_row_check:
 * @self: a row
 *
 * Looks at the file, in a thread.
 */
void
chat_key_row_check (ChatKeyRow *self)
{
  g_autofree char *display = NULL;

  g_return_if_fail (CHAT_IS_KEY_ROW (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->path == NULL)
    {
      set_state (self, CHAT_KEY_ROW_EMPTY,
                 self->private
                     ? _("A file that only you have, often client_private_key.pem")
                     : _("A file that the admin gave you, often server_public_key.pem"),
                 NULL);
      return;
    }

  self->cancellable = g_cancellable_new ();
  display = g_filename_display_name (self->path);
  set_state (self, CHAT_KEY_ROW_LOADING, display, NULL);
  if (self->private)
    chat_key_loader_load_private_async (self->path, NULL, self->cancellable, private_cb, self);
  else
    chat_key_loader_load_public_async (self->path, self->cancellable, public_cb, self);
}

/* Choosing one */

static void
take_file (ChatKeyRow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);

  if (path != NULL)
    chat_key_row_set_path (self, path);
  else
    set_state (self, CHAT_KEY_ROW_BAD,
               _("This file is not on this computer. Copy it here first."), NULL);
}

static void
response_cb (ChatKeyRow *self, int response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

      take_file (self, file);
    }
}

static void
add_filter (ChatKeyRow *self, const char *name, const char *pattern)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
}

static void
choose_cb (ChatKeyRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new (
      adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), GTK_WINDOW (root),
      GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  add_filter (self, _("Key files"), "*.pem");
  add_filter (self, _("All files"), "*");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* One's admin may need it again. */
static void
copy_cb (ChatKeyRow *self)
{
  g_autofree char *pem = chat_public_key_dup_pem (self->key);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), pem);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                              _("The public half of your key is copied. Paste it into a message "
                                "to the admin."));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  ChatKeyRow *self =
      CHAT_KEY_ROW (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)));

  if (!G_VALUE_HOLDS (value, G_TYPE_FILE))
    return FALSE;
  take_file (self, g_value_get_object (value));

  return TRUE;
}

static void
chat_key_row_constructed (GObject *object)
{
  ChatKeyRow *self = CHAT_KEY_ROW (object);

  G_OBJECT_CLASS (chat_key_row_parent_class)->constructed (object);
  chat_key_row_check (self);
}

static void
chat_key_row_class_init (ChatKeyRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = chat_key_row_get_property;
  object_class->set_property = chat_key_row_set_property;
  object_class->constructed = chat_key_row_constructed;
  object_class->dispose = chat_key_row_dispose;
  object_class->finalize = chat_key_row_finalize;

  props[PROP_PRIVATE] = g_param_spec_boolean ("private", NULL, NULL, FALSE,
                                              flags | G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY);
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags | G_PARAM_READWRITE);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, CHAT_TYPE_KEY_ROW_STATE,
                                         CHAT_KEY_ROW_EMPTY, flags | G_PARAM_READABLE);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-key-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatKeyRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyRow, icon);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyRow, copy);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyRow, choose);
  gtk_widget_class_bind_template_child (widget_class, ChatKeyRow, drop);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, drop_cb);
}

static void
chat_key_row_init (ChatKeyRow *self)
{
  GType types[] = { G_TYPE_FILE };

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_target_set_gtypes (self->drop, types, G_N_ELEMENTS (types));
}

/**
 * chat_key_row_set_path:
 * @self: a row
 * @path: (nullable): a file
 *
 * Takes a file, and looks at it.
 */
void
chat_key_row_set_path (ChatKeyRow *self, const char *path)
{
  g_return_if_fail (CHAT_IS_KEY_ROW (self));

  if (g_strcmp0 (self->path, path) != 0)
    {
      g_free (self->path);
      self->path = g_strdup (path);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PATH]);
    }
  chat_key_row_check (self);
}

/**
 * chat_key_row_get_path:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): the file
 */
const char *
chat_key_row_get_path (ChatKeyRow *self)
{
  g_return_val_if_fail (CHAT_IS_KEY_ROW (self), NULL);

  return self->path;
}

/**
 * chat_key_row_get_state:
 * @self: a row
 *
 * Returns: what is known of the file
 */
ChatKeyRowState
chat_key_row_get_state (ChatKeyRow *self)
{
  g_return_val_if_fail (CHAT_IS_KEY_ROW (self), CHAT_KEY_ROW_EMPTY);

  return self->state;
}

/**
 * chat_key_row_get_key:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): the public half of the key in the file, once it is known;
 *   of a protected file it is not
 */
ChatPublicKey *
chat_key_row_get_key (ChatKeyRow *self)
{
  g_return_val_if_fail (CHAT_IS_KEY_ROW (self), NULL);

  return self->key;
}

/**
 * chat_key_row_is_usable:
 * @self: a row
 *
 * Returns: whether one can connect with this key
 */
gboolean
chat_key_row_is_usable (ChatKeyRow *self)
{
  ChatKeyRowState state = chat_key_row_get_state (self);

  return state == CHAT_KEY_ROW_GOOD || state == CHAT_KEY_ROW_PROTECTED;
}

/**
 * chat_key_row_set_refused:
 * @self: a row
 * @refused: whether this key, as good as it is, is not the one that belongs here
 *
 * For what is wrong with it and is not to be seen in the file.
 */
void
chat_key_row_set_refused (ChatKeyRow *self, gboolean refused)
{
  g_return_if_fail (CHAT_IS_KEY_ROW (self));

  if (self->refused == refused)
    return;

  self->refused = refused;
  show_verdict (self);
}
