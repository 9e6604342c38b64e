/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-bubble.h"

#include "chat-linkify.h"
#include "chat-message-words.h"
#include "chat-time-format.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Longer messages are folded: in characters, and in lines. */
#define FOLD_CHARACTERS 1500
#define FOLD_LINES 20

/* A label that wraps is measured at this width first, in characters; see also GtkLabel:width-chars.
 * Without it, it is measured at no width at all, which takes longest. */
#define MEASURED_CHARACTERS 10

struct _ChatMessageBubble
{
  GtkWidget parent_instance;

  GtkWidget *head; /* this and the other parts are made when they are first needed */
  GtkLabel *author;
  GtkLabel *time;
  GtkWidget *private;
  GtkWidget *lock;
  GtkLabel *readers;
  GtkLabel *text; /* always there */
  GtkWidget *more;
  GtkLabel *doubt;
  GtkLabel *problem;
  GtkWidget *again;

  ChatMessage *message;
  gboolean begins_run;
  gboolean unfolded;
};

G_DEFINE_FINAL_TYPE (ChatMessageBubble, chat_message_bubble, GTK_TYPE_WIDGET)

/**
 * chat_message_bubble_new:
 *
 * Returns: (transfer floating): a bubble without a message
 */
ChatMessageBubble *
chat_message_bubble_new (void)
{
  return g_object_new (CHAT_TYPE_MESSAGE_BUBBLE, NULL);
}

static void
chat_message_bubble_dispose (GObject *object)
{
  ChatMessageBubble *self = CHAT_MESSAGE_BUBBLE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->message);

  G_OBJECT_CLASS (chat_message_bubble_parent_class)->dispose (object);
}

/* Parts */

static GtkLabel *
make_label (const char *class)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (label), class);

  return label;
}

static GtkLabel *
make_wrapping_label (const char *class)
{
  GtkLabel *label = make_label (class);

  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (label, MEASURED_CHARACTERS);

  return label;
}

static void
ensure_head (ChatMessageBubble *self)
{
  if (self->head != NULL)
    return;

  self->author = make_label ("author");
  gtk_label_set_ellipsize (self->author, PANGO_ELLIPSIZE_END);
  self->time = make_label ("time");
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "dim-label");
  self->head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  gtk_box_append (GTK_BOX (self->head), GTK_WIDGET (self->author));
  gtk_box_append (GTK_BOX (self->head), GTK_WIDGET (self->time));
  gtk_widget_insert_after (self->head, GTK_WIDGET (self), NULL);
}

static void
ensure_private (ChatMessageBubble *self)
{
  if (self->private != NULL)
    return;

  self->lock = gtk_image_new_from_icon_name ("channel-secure-symbolic");
  gtk_image_set_pixel_size (GTK_IMAGE (self->lock), 12);
  gtk_widget_add_css_class (self->lock, "lock");
  self->readers = make_wrapping_label ("readers");
  self->private = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->private, "private");
  gtk_box_append (GTK_BOX (self->private), self->lock);
  gtk_box_append (GTK_BOX (self->private), GTK_WIDGET (self->readers));
  gtk_widget_insert_before (self->private, GTK_WIDGET (self), GTK_WIDGET (self->text));
}

static void more_cb (ChatMessageBubble *self);

static void
ensure_more (ChatMessageBubble *self)
{
  if (self->more != NULL)
    return;

  self->more = gtk_button_new ();
  gtk_widget_add_css_class (self->more, "flat");
  gtk_widget_add_css_class (self->more, "more");
  gtk_widget_set_halign (self->more, GTK_ALIGN_START);
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (more_cb), self);
  gtk_widget_insert_after (self->more, GTK_WIDGET (self), GTK_WIDGET (self->text));
}

static void
ensure_doubt (ChatMessageBubble *self)
{
  if (self->doubt != NULL)
    return;

  self->doubt = make_wrapping_label ("doubt");
  gtk_widget_insert_before (GTK_WIDGET (self->doubt), GTK_WIDGET (self), GTK_WIDGET (self->text));
}

static void
ensure_problem (ChatMessageBubble *self)
{
  if (self->problem != NULL)
    return;

  self->problem = make_wrapping_label ("problem");
  self->again = gtk_button_new_with_label (_("Try Again"));
  gtk_widget_add_css_class (self->again, "again");
  gtk_widget_set_halign (self->again, GTK_ALIGN_START);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->again), "s", "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->again), "win.send-again");
  gtk_widget_insert_before (GTK_WIDGET (self->problem), GTK_WIDGET (self), NULL);
  gtk_widget_insert_before (self->again, GTK_WIDGET (self), NULL);
}

/* A part that was never needed need not be hidden. */
static void
set_visible (gpointer part, gboolean visible)
{
  if (part != NULL)
    gtk_widget_set_visible (part, visible);
}

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* The text */

/* How many bytes of text are shown while it is folded. */
static gsize
folded_size (const char *text)
{
  const char *p = text;
  guint lines = 0;

  for (guint n = 0; *p != '\0' && n < FOLD_CHARACTERS; n++, p = g_utf8_next_char (p))
    if (*p == '\n' && ++lines == FOLD_LINES)
      break;

  return (gsize)(p - text);
}

static void
show_more (ChatMessageBubble *self, gboolean is_long)
{
  if (is_long)
    {
      ensure_more (self);
      gtk_button_set_label (GTK_BUTTON (self->more),
                            self->unfolded ? _("Show Less") : _("Show More"));
    }
  set_visible (self->more, is_long);
}

static void
set_text (ChatMessageBubble *self, const char *words)
{
  g_autofree char *markup = chat_linkify (words);

  gtk_label_set_width_chars (self->text,
                             (int)MIN (g_utf8_strlen (words, -1) / 2, MEASURED_CHARACTERS));
  gtk_label_set_markup (self->text, markup);
}

static void
show_text (ChatMessageBubble *self)
{
  g_autofree char *words = chat_message_words_dup_text (self->message);
  gsize size = folded_size (words);
  gboolean is_long = words[size] != '\0';

  show_more (self, is_long);
  set_class (self->text, "large-emoji", chat_message_words_is_emoji (words));
  if (is_long && !self->unfolded)
    {
      g_autofree char *folded = g_strdup_printf ("%.*s…", (int)size, words);

      set_text (self, folded);
    }
  else
    set_text (self, words);
}

static void
more_cb (ChatMessageBubble *self)
{
  self->unfolded = !self->unfolded;
  show_text (self);
}

/* Only what chat_linkify () makes is ever clicked; this is the second lock on the same door. */
static gboolean
activate_link_cb (GtkLabel *label, const char *uri, gpointer user_data)
{
  g_autofree char *scheme = g_uri_parse_scheme (uri);

  return scheme == NULL
         || !(g_str_equal (scheme, "http") || g_str_equal (scheme, "https")
              || g_str_equal (scheme, "mailto"));
}

/* Around the text */

static void
show_head (ChatMessageBubble *self)
{
  gboolean own = chat_message_get_own (self->message);
  g_autofree char *author = NULL;
  g_autofree char *clock = NULL;

  set_visible (self->head, self->begins_run);
  if (!self->begins_run)
    return;

  ensure_head (self);
  author = chat_message_words_dup_author (self->message);
  clock = chat_time_format_clock (chat_message_get_time (self->message));
  gtk_label_set_text (self->author, author);
  gtk_label_set_text (self->time, clock);
  set_visible (self->author, !own);
}

/* What was said to the room of another day has other readers than what is said today, but is not
 * private: told once in each run is enough. */
static void
show_readers (ChatMessageBubble *self)
{
  g_autofree char *readers = chat_message_words_dup_readers (self->message);
  gboolean direct = chat_message_get_direct (self->message);
  gboolean told = readers != NULL && (direct || self->begins_run);

  if (told)
    {
      ensure_private (self);
      gtk_label_set_text (self->readers, readers);
    }
  set_visible (self->private, told);
  set_visible (self->lock, direct);
  set_class (self, "direct", direct);
}

/* Above the text, so that it is read first. */
static void
show_doubt (ChatMessageBubble *self)
{
  g_autofree char *doubt = chat_message_words_dup_doubt (self->message);

  if (doubt != NULL)
    {
      ensure_doubt (self);
      gtk_label_set_text (self->doubt, doubt);
    }
  set_visible (self->doubt, doubt != NULL);
  set_class (self, "doubtful", doubt != NULL);
}

static void
show_problem (ChatMessageBubble *self)
{
  ChatMessageState state = chat_message_get_state (self->message);
  gboolean failed = state == CHAT_MESSAGE_FAILED;

  if (failed)
    {
      g_autofree char *problem =
          g_strdup_printf (_("Not sent: %s"), chat_message_get_problem (self->message));

      ensure_problem (self);
      gtk_label_set_text (self->problem, problem);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->again), "s",
                                        chat_message_get_mid (self->message));
    }
  set_visible (self->problem, failed);
  set_visible (self->again, failed);
  set_class (self, "failed", failed);
  set_class (self, "unverified", state == CHAT_MESSAGE_UNVERIFIED);
}

static void
chat_message_bubble_class_init (ChatMessageBubbleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_message_bubble_dispose;

  gtk_widget_class_set_css_name (widget_class, "bubble");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
chat_message_bubble_init (ChatMessageBubble *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 3);

  self->text = make_wrapping_label ("text");
  gtk_label_set_selectable (self->text, TRUE);
  g_signal_connect (self->text, "activate-link", G_CALLBACK (activate_link_cb), NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->text), GTK_WIDGET (self));
}

/**
 * chat_message_bubble_set_message:
 * @self: a bubble
 * @message: (nullable): what to show from now on
 */
void
chat_message_bubble_set_message (ChatMessageBubble *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_MESSAGE_BUBBLE (self));
  g_return_if_fail (message == NULL || CHAT_IS_MESSAGE (message));

  g_set_object (&self->message, message);
  self->unfolded = FALSE;
  if (message == NULL)
    return;

  show_text (self);
  chat_message_bubble_update (self);
}

/**
 * chat_message_bubble_update:
 * @self: a bubble
 *
 * Shows what may change in a message: how it stands, its time, who reads it.
 */
void
chat_message_bubble_update (ChatMessageBubble *self)
{
  g_return_if_fail (CHAT_IS_MESSAGE_BUBBLE (self));

  if (self->message == NULL)
    return;

  show_head (self);
  show_readers (self);
  show_doubt (self);
  show_problem (self);
}

/**
 * chat_message_bubble_set_begins_run:
 * @self: a bubble
 * @begins_run: whether to name the author, and the time
 */
void
chat_message_bubble_set_begins_run (ChatMessageBubble *self, gboolean begins_run)
{
  g_return_if_fail (CHAT_IS_MESSAGE_BUBBLE (self));

  if (self->begins_run == begins_run)
    return;

  self->begins_run = begins_run;
  if (self->message == NULL)
    return;

  show_head (self);
  show_readers (self);
}
