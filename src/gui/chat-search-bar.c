/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-search-bar.h"

#include "chat-timeline-search.h"

#include <glib/gi18n-lib.h>

struct _ChatSearchBar
{
  AdwBin parent_instance;

  GtkSearchBar *bar;
  GtkEditable *entry;
  GtkLabel *count;
  GtkWidget *older;
  GtkWidget *newer;

  ChatTimelineSearch *search;
  GtkWidget *focus; /* weak: what had it before */
  gboolean open;
};

G_DEFINE_FINAL_TYPE (ChatSearchBar, chat_search_bar, ADW_TYPE_BIN)

enum
{
  PROP_OPEN = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static guint found_signal;

static void
chat_search_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_OPEN:
      g_value_set_boolean (value, CHAT_SEARCH_BAR (object)->open);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_search_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_OPEN:
      chat_search_bar_set_open (CHAT_SEARCH_BAR (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_search_bar_dispose (GObject *object)
{
  ChatSearchBar *self = CHAT_SEARCH_BAR (object);

  if (self->search != NULL)
    g_signal_handlers_disconnect_by_data (self->search, self);
  g_clear_object (&self->search);
  g_clear_weak_pointer (&self->focus);

  G_OBJECT_CLASS (chat_search_bar_parent_class)->dispose (object);
}

/* What was found */

static void
changed_cb (ChatSearchBar *self)
{
  guint n = chat_timeline_search_get_n_matches (self->search);
  guint rank = chat_timeline_search_get_rank (self->search);
  gboolean over = !chat_timeline_search_is_busy (self->search);
  gboolean in_vain = n == 0 && over && chat_timeline_search_has_query (self->search);
  g_autofree char *text = NULL;

  if (n > 0)
    /* TRANSLATORS: which of the matches of a search is shown, such as "3 of 17" */
    text = g_strdup_printf (over ? _("%u of %u") : _("%u of %u…"), rank, n);
  else
    text = g_strdup (in_vain ? _("No matches") : "");
  gtk_label_set_text (self->count, text);
  gtk_widget_set_sensitive (self->older, n > 0);
  gtk_widget_set_sensitive (self->newer, n > 0);
  if (in_vain)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
      g_signal_emit (self, found_signal, 0, G_MAXUINT);
    }
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
moved_cb (ChatSearchBar *self)
{
  g_signal_emit (self, found_signal, 0, chat_timeline_search_get_position (self->search));
}

/* What is asked for */

static void
search_changed_cb (ChatSearchBar *self)
{
  const char *query = self->open ? gtk_editable_get_text (self->entry) : "";

  chat_timeline_search_set_query (self->search, query);
  if (!chat_timeline_search_has_query (self->search))
    g_signal_emit (self, found_signal, 0, G_MAXUINT);
}

/* Enter may come before the entry has told of the last letters. */
static void
step (ChatSearchBar *self, int steps)
{
  search_changed_cb (self);
  chat_timeline_search_step (self->search, steps);
}

static void
older_cb (ChatSearchBar *self)
{
  step (self, 1);
}

static void
newer_cb (ChatSearchBar *self)
{
  step (self, -1);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        ChatSearchBar *self)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if (modifiers != GDK_SHIFT_MASK || (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter))
    return GDK_EVENT_PROPAGATE;
  newer_cb (self);

  return GDK_EVENT_STOP;
}

/* Opening and closing */

static void
remember_focus (ChatSearchBar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  g_set_weak_pointer (&self->focus, focus);
}

static void
give_focus_back (ChatSearchBar *self)
{
  g_autoptr (GtkWidget) focus = self->focus != NULL ? g_object_ref (self->focus) : NULL;

  g_clear_weak_pointer (&self->focus);
  if (focus != NULL && gtk_widget_get_mapped (focus))
    gtk_widget_grab_focus (focus);
}

static void
mode_cb (ChatSearchBar *self)
{
  chat_search_bar_set_open (self, gtk_search_bar_get_search_mode (self->bar));
}

static void
chat_search_bar_class_init (ChatSearchBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chat_search_bar_get_property;
  object_class->set_property = chat_search_bar_set_property;
  object_class->dispose = chat_search_bar_dispose;

  props[PROP_OPEN] =
      g_param_spec_boolean ("open", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  found_signal = g_signal_new ("found", CHAT_TYPE_SEARCH_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SEARCH);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-search-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatSearchBar, bar);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchBar, entry);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchBar, count);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchBar, older);
  gtk_widget_class_bind_template_child (widget_class, ChatSearchBar, newer);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, older_cb);
  gtk_widget_class_bind_template_callback (widget_class, newer_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_cb);
  gtk_widget_class_bind_template_callback (widget_class, mode_cb);
}

static void
chat_search_bar_init (ChatSearchBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->bar, self->entry);
  self->search = chat_timeline_search_new ();
  g_signal_connect_swapped (self->search, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->search, "moved", G_CALLBACK (moved_cb), self);
}

/**
 * chat_search_bar_set_items:
 * @self: a search bar
 * @items: (nullable) (element-type ChatFeedItem): where to look
 */
void
chat_search_bar_set_items (ChatSearchBar *self, GListModel *items)
{
  g_return_if_fail (CHAT_IS_SEARCH_BAR (self));

  chat_search_bar_set_open (self, FALSE);
  chat_timeline_search_set_items (self->search, items);
}

/**
 * chat_search_bar_set_open:
 * @self: a search bar
 * @open: whether it is shown
 */
void
chat_search_bar_set_open (ChatSearchBar *self, gboolean open)
{
  g_return_if_fail (CHAT_IS_SEARCH_BAR (self));

  if (self->open == open)
    return;
  self->open = open;
  if (open)
    remember_focus (self);
  gtk_search_bar_set_search_mode (self->bar, open);
  search_changed_cb (self);
  if (open)
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  else
    give_focus_back (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OPEN]);
}

/**
 * chat_search_bar_get_open:
 * @self: a search bar
 *
 * Returns: whether it is shown
 */
gboolean
chat_search_bar_get_open (ChatSearchBar *self)
{
  g_return_val_if_fail (CHAT_IS_SEARCH_BAR (self), FALSE);

  return self->open;
}

/**
 * chat_search_bar_begin:
 * @self: a search bar
 *
 * Opens it, or begins another search in it.
 */
void
chat_search_bar_begin (ChatSearchBar *self)
{
  g_return_if_fail (CHAT_IS_SEARCH_BAR (self));

  chat_search_bar_set_open (self, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (self->entry, 0, -1);
}
