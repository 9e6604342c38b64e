/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-keep-row.h"

#include "chat-document.h"
#include "chat-key-copy.h"

struct _ChatKeepRow
{
  AdwActionRow parent_instance;

  GtkWidget *keep;

  GPtrArray *rows;
  GCancellable *cancellable;
  guint copying; /* how many of them */
};

G_DEFINE_FINAL_TYPE (ChatKeepRow, chat_keep_row, ADW_TYPE_ACTION_ROW)

static void
chat_keep_row_dispose (GObject *object)
{
  ChatKeepRow *self = CHAT_KEEP_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (chat_keep_row_parent_class)->dispose (object);
}

/* A file that is no key is not worth a copy. */
static gboolean
wants_copy (ChatKeyRow *row)
{
  return chat_key_row_is_usable (row) && chat_document_is (chat_key_row_get_path (row));
}

static void
show (ChatKeepRow *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    any = any || wants_copy (self->rows->pdata[i]);
  gtk_widget_set_sensitive (self->keep, self->copying == 0);
  gtk_widget_set_visible (GTK_WIDGET (self), any);
}

/* Copying */

typedef struct
{
  ChatKeepRow *self;
  ChatKeyRow *row;
  char *path;
} Copy;

static void
copy_free (Copy *copy)
{
  g_object_unref (copy->self);
  g_object_unref (copy->row);
  g_free (copy->path);
  g_free (copy);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Copy, copy_free)

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Copy) copy = user_data;
  ChatKeepRow *self = copy->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = chat_key_copy_finish (result, &error);

  if (self->rows == NULL) /* the row is gone */
    return;

  self->copying--;
  if (path == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
  /* Another file may have been chosen meanwhile. */
  else if (g_strcmp0 (chat_key_row_get_path (copy->row), copy->path) == 0)
    chat_key_row_set_path (copy->row, path);
  show (self);
}

static void
keep_cb (ChatKeepRow *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      ChatKeyRow *row = self->rows->pdata[i];
      Copy *copy;

      if (!wants_copy (row))
        continue;
      copy = g_new0 (Copy, 1);
      copy->self = g_object_ref (self);
      copy->row = g_object_ref (row);
      copy->path = g_strdup (chat_key_row_get_path (row));
      self->copying++;
      chat_key_copy_async (copy->path, self->cancellable, copied_cb, copy);
    }
  show (self);
}

static void
chat_keep_row_class_init (ChatKeepRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_keep_row_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-keep-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatKeepRow, keep);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
}

static void
chat_keep_row_init (ChatKeepRow *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * chat_keep_row_watch:
 * @self: a row
 * @row: the row of a key file
 *
 * Offers a copy of this one, too, when it comes to that.
 */
void
chat_keep_row_watch (ChatKeepRow *self, ChatKeyRow *row)
{
  g_return_if_fail (CHAT_IS_KEEP_ROW (self) && CHAT_IS_KEY_ROW (row));

  g_ptr_array_add (self->rows, g_object_ref (row));
  g_signal_connect_object (row, "notify::path", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "notify::state", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
