/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-completion-popover.h"

#include "chat-completer.h"
#include "chat-completion.h"
#include "chat-limits.h"

#include <glib/gi18n-lib.h>

/* A command with a name before the cursor, with much to spare. */
#define MAX_BEFORE (2 * CHAT_MAX_USERNAME)

struct _ChatCompletionPopover
{
  GtkPopover parent_instance;

  GtkScrolledWindow *scrolled;
  GtkListBox *list;

  GtkTextView *view; /* borrowed from the widget that both belong to */
  ChatMemberList *members;
  GListModel *model; /* NULL while it is closed */
};

G_DEFINE_FINAL_TYPE (ChatCompletionPopover, chat_completion_popover, GTK_TYPE_POPOVER)

/**
 * chat_completion_popover_new:
 * @view: (transfer none): where words are typed
 *
 * Returns: (transfer floating): a popover that is closed
 */
ChatCompletionPopover *
chat_completion_popover_new (GtkTextView *view)
{
  ChatCompletionPopover *self;

  g_return_val_if_fail (GTK_IS_TEXT_VIEW (view), NULL);

  self = g_object_new (CHAT_TYPE_COMPLETION_POPOVER, NULL);
  self->view = view;

  return self;
}

static void
chat_completion_popover_dispose (GObject *object)
{
  ChatCompletionPopover *self = CHAT_COMPLETION_POPOVER (object);

  g_clear_object (&self->model);
  g_clear_object (&self->members);

  G_OBJECT_CLASS (chat_completion_popover_parent_class)->dispose (object);
}

/* Rows */

static GtkWidget *
make_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, class);

  return label;
}

static GtkWidget *
make_content (ChatCompletion *completion)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  if (chat_completion_is_member (completion))
    {
      GtkWidget *avatar = adw_avatar_new (28, chat_completion_get_title (completion), TRUE);

      gtk_box_append (GTK_BOX (box), avatar);
    }
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), make_label (chat_completion_get_title (completion), "heading"));
  gtk_box_append (GTK_BOX (words), make_label (chat_completion_get_detail (completion), "caption"));
  gtk_box_append (GTK_BOX (box), words);

  return box;
}

static GtkWidget *
make_row_cb (gpointer item, gpointer user_data)
{
  ChatCompletion *completion = item;
  GtkWidget *row =
      g_object_new (GTK_TYPE_LIST_BOX_ROW, "accessible-role", GTK_ACCESSIBLE_ROLE_OPTION, "child",
                    make_content (completion), "can-focus", FALSE, NULL);
  g_autofree char *label = g_strdup_printf ("%s, %s", chat_completion_get_title (completion),
                                            chat_completion_get_detail (completion));

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);

  return row;
}

/* What is selected */

static GtkListBoxRow *
get_selected_row (ChatCompletionPopover *self)
{
  return self->model != NULL ? gtk_list_box_get_selected_row (self->list) : NULL;
}

static void
scroll_to_row (ChatCompletionPopover *self, GtkListBoxRow *row)
{
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (self->scrolled),
                               bounds.origin.y, bounds.origin.y + bounds.size.height);
}

static char *
describe (ChatCompletionPopover *self, GtkListBoxRow *row)
{
  guint n_rows = g_list_model_get_n_items (self->model);
  int at = gtk_list_box_row_get_index (row);
  g_autoptr (ChatCompletion) completion = g_list_model_get_item (self->model, (guint)at);

  /* TRANSLATORS: a command and what it does, or a name and "Online" or "Offline"; then its place in
   * the list of suggestions: "/help, What all these commands do, 7 of 7" */
  return g_strdup_printf (_("%s, %s, %d of %u"), chat_completion_get_title (completion),
                          chat_completion_get_detail (completion), at + 1, n_rows);
}

/* The text view keeps the focus, so it says what is selected. */
static void
row_selected_cb (ChatCompletionPopover *self)
{
  GtkListBoxRow *row = get_selected_row (self);
  GtkAccessible *view = GTK_ACCESSIBLE (self->view);
  g_autofree char *description = NULL;

  if (row == NULL)
    {
      gtk_accessible_reset_relation (view, GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
      gtk_accessible_reset_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
      return;
    }
  scroll_to_row (self, row);
  description = describe (self, row);
  gtk_accessible_update_relation (view, GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
  gtk_accessible_update_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

/* Above the text view, at its beginning. */
static void
point (ChatCompletionPopover *self)
{
  graphene_rect_t bounds;
  GdkRectangle where;

  if (!gtk_widget_compute_bounds (GTK_WIDGET (self->view),
                                  gtk_widget_get_parent (GTK_WIDGET (self)), &bounds))
    return;
  where.x = (int)bounds.origin.x;
  where.y = (int)bounds.origin.y;
  where.width = (int)bounds.size.width;
  where.height = (int)bounds.size.height;
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &where);
}

/* The text before the cursor; not all of it, if it is long: then no word is the first. */
static char *
dup_before (GtkTextBuffer *buffer)
{
  GtkTextIter start, cursor;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  start = cursor;
  gtk_text_iter_backward_chars (&start, MAX_BEFORE);
  text = gtk_text_buffer_get_text (buffer, &start, &cursor, FALSE);

  return gtk_text_iter_is_start (&start) ? g_steal_pointer (&text) : g_strconcat (" ", text, NULL);
}

static void
chat_completion_popover_class_init (ChatCompletionPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_completion_popover_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-completion-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatCompletionPopover, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ChatCompletionPopover, list);
  gtk_widget_class_bind_template_callback (widget_class, chat_completion_popover_take);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
}

static void
chat_completion_popover_init (ChatCompletionPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * chat_completion_popover_set_members:
 * @self: a popover
 * @members: (nullable): who can be named
 */
void
chat_completion_popover_set_members (ChatCompletionPopover *self, ChatMemberList *members)
{
  g_return_if_fail (CHAT_IS_COMPLETION_POPOVER (self));

  g_set_object (&self->members, members);
  chat_completion_popover_close (self);
}

/**
 * chat_completion_popover_update:
 * @self: a popover
 *
 * Shows what the word before the cursor can become, if it can become anything.
 */
void
chat_completion_popover_update (ChatCompletionPopover *self)
{
  g_autofree char *before = NULL;
  g_autoptr (GListModel) model = NULL;

  g_return_if_fail (CHAT_IS_COMPLETION_POPOVER (self));

  before = dup_before (gtk_text_view_get_buffer (self->view));
  model = chat_completer_list (self->members, before);
  if (g_list_model_get_n_items (model) == 0)
    {
      chat_completion_popover_close (self);
      return;
    }
  g_set_object (&self->model, model);
  gtk_list_box_bind_model (self->list, model, make_row_cb, NULL, NULL);
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  point (self);
  gtk_popover_popup (GTK_POPOVER (self));
}

/**
 * chat_completion_popover_complete:
 * @self: a popover
 *
 * Shows what the word before the cursor can become, or makes it the only thing that it can.
 *
 * Returns: whether there is something
 */
gboolean
chat_completion_popover_complete (ChatCompletionPopover *self)
{
  g_return_val_if_fail (CHAT_IS_COMPLETION_POPOVER (self), FALSE);

  chat_completion_popover_update (self);
  if (self->model == NULL)
    return FALSE;
  if (g_list_model_get_n_items (self->model) == 1)
    chat_completion_popover_take (self);

  return TRUE;
}

/**
 * chat_completion_popover_close:
 * @self: a popover
 */
void
chat_completion_popover_close (ChatCompletionPopover *self)
{
  g_return_if_fail (CHAT_IS_COMPLETION_POPOVER (self));

  if (self->model == NULL)
    return;
  g_clear_object (&self->model);
  /* The rows stay while it closes. */
  gtk_popover_popdown (GTK_POPOVER (self));
  row_selected_cb (self);
}

/**
 * chat_completion_popover_is_open:
 * @self: a popover
 *
 * Returns: whether there is something to choose from
 */
gboolean
chat_completion_popover_is_open (ChatCompletionPopover *self)
{
  g_return_val_if_fail (CHAT_IS_COMPLETION_POPOVER (self), FALSE);

  return self->model != NULL;
}

/**
 * chat_completion_popover_move:
 * @self: a popover
 * @rows: by how many; after the last one comes the first
 */
void
chat_completion_popover_move (ChatCompletionPopover *self, int rows)
{
  GtkListBoxRow *row;
  int n_rows;

  g_return_if_fail (CHAT_IS_COMPLETION_POPOVER (self));

  row = get_selected_row (self);
  if (row == NULL)
    return;
  n_rows = (int)g_list_model_get_n_items (self->model);
  rows = (rows + gtk_list_box_row_get_index (row)) % n_rows;
  row = gtk_list_box_get_row_at_index (self->list, rows < 0 ? rows + n_rows : rows);
  gtk_list_box_select_row (self->list, row);
}

/**
 * chat_completion_popover_take:
 * @self: a popover
 *
 * Puts what is selected in the place of the word before the cursor.
 */
void
chat_completion_popover_take (ChatCompletionPopover *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter start, cursor;
  g_autoptr (ChatCompletion) completion = NULL;
  g_autofree char *before = NULL;
  GtkListBoxRow *row;

  g_return_if_fail (CHAT_IS_COMPLETION_POPOVER (self));

  row = get_selected_row (self);
  if (row == NULL)
    return;
  completion = g_list_model_get_item (self->model, (guint)gtk_list_box_row_get_index (row));
  buffer = gtk_text_view_get_buffer (self->view);
  before = dup_before (buffer);
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  start = cursor;
  gtk_text_iter_backward_chars (&start,
                                (int)g_utf8_strlen (chat_completer_find_word (before), -1));
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &cursor);
  gtk_text_buffer_insert (buffer, &start, chat_completion_get_word (completion), -1);
  gtk_text_buffer_insert (buffer, &start, " ", 1);
  gtk_text_buffer_end_user_action (buffer);
}
