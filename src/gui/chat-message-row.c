/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-message-row.h"

#include "chat-linkify.h"
#include "chat-message-layout.h"
#include "chat-text.h"
#include "chat-time-format.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Longer messages are folded: in characters, and in lines. */
#define FOLD_CHARACTERS 1500
#define FOLD_LINES 20

/* A label that wraps is measured at this width first, in characters; see also GtkLabel:width-chars.
 */
#define MEASURED_CHARACTERS 20

#define MAX_LARGE_EMOJI 6

struct _ChatMessageRow
{
  GtkWidget parent_instance;

  AdwAvatar *avatar;
  GtkWidget *bubble;
  GtkWidget *head;
  GtkLabel *author;
  GtkLabel *time;
  GtkWidget *private_box;
  GtkLabel *readers;
  GtkLabel *text;
  GtkImage *state;
  GtkWidget *more;
  GtkWidget *problem_box;
  GtkLabel *problem;
  GtkWidget *again;

  ChatMessage *message;
  GSignalGroup *signals; /* of the message */
  gboolean begins_run;
  gboolean unfolded;
};

G_DEFINE_FINAL_TYPE (ChatMessageRow, chat_message_row, GTK_TYPE_WIDGET)

/**
 * chat_message_row_new:
 *
 * Returns: (transfer floating): a row without a message
 */
ChatMessageRow *
chat_message_row_new (void)
{
  return g_object_new (CHAT_TYPE_MESSAGE_ROW, NULL);
}

static void
chat_message_row_dispose (GObject *object)
{
  ChatMessageRow *self = CHAT_MESSAGE_ROW (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->message);
  gtk_widget_dispose_template (GTK_WIDGET (self), CHAT_TYPE_MESSAGE_ROW);

  G_OBJECT_CLASS (chat_message_row_parent_class)->dispose (object);
}

/* The text */

static gboolean
is_emoji (gunichar c)
{
  /* Joiner and variation selector hold the parts of one together. */
  return c == 0x200d || c == 0xfe0f || (c >= 0x1f3fb && c <= 0x1f3ff)
         || (g_unichar_type (c) == G_UNICODE_OTHER_SYMBOL && c >= 0x2600);
}

static gboolean
is_emoji_alone (const char *text)
{
  glong n = 0;

  for (const char *p = text; *p != '\0' && n <= MAX_LARGE_EMOJI; p = g_utf8_next_char (p), n++)
    if (!is_emoji (g_utf8_get_char (p)))
      return FALSE;

  return n > 0 && n <= MAX_LARGE_EMOJI;
}

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

static char *
dup_words (ChatMessage *message)
{
  const char *text = chat_message_get_text (message);

  if (chat_message_get_audience (message) == NULL)
    return g_strdup_printf (_("A message that is said to be from %s cannot be verified: %s"),
                            chat_message_get_author (message), chat_message_get_problem (message));
  if (text == NULL)
    return g_strdup (_("This message needs a newer version of the program."));

  return chat_text_make_safe (text, CHAT_TEXT_KEEP_LINES);
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_text (ChatMessageRow *self)
{
  g_autofree char *words = dup_words (self->message);
  g_autofree char *markup = NULL;
  gsize size = folded_size (words);
  gboolean folded = words[size] != '\0' && !self->unfolded;

  gtk_widget_set_visible (self->more, folded);
  set_class (GTK_WIDGET (self->text), "large-emoji", is_emoji_alone (words));
  if (folded)
    {
      words[size] = '\0';
      words = g_realloc (words, size + strlen ("…") + 1);
      strcat (words, "…");
    }
  markup = chat_linkify (words);
  gtk_label_set_width_chars (self->text,
                             (int)MIN (g_utf8_strlen (words, -1), MEASURED_CHARACTERS));
  gtk_label_set_markup (self->text, markup);
}

static void
more_cb (ChatMessageRow *self)
{
  self->unfolded = TRUE;
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

/* Who reads it */

static char *
dup_readers (ChatMessage *message)
{
  ChatAudience *audience = chat_message_get_audience (message);

  if (audience == NULL)
    return NULL;

  switch (chat_audience_get_kind (audience))
    {
    case CHAT_AUDIENCE_DIRECT:
      return chat_message_get_own (message)
                 ? g_strdup_printf (_("Private, only to %s"), chat_message_get_peer (message))
                 : g_strdup (_("Private, only to you"));
    case CHAT_AUDIENCE_OTHERS:
      {
        g_autofree char *names =
            g_strjoinv (", ", (char **)chat_audience_get_names (audience));

        return g_strdup_printf (_("Only to %s"), names);
      }
    case CHAT_AUDIENCE_ROOM:
    default:
      return NULL;
    }
}

static void
show_readers (ChatMessageRow *self)
{
  g_autofree char *readers = dup_readers (self->message);

  gtk_widget_set_visible (self->private_box, readers != NULL);
  gtk_label_set_text (self->readers, readers != NULL ? readers : "");
  set_class (self->bubble, "direct", readers != NULL);
}

/* How it stands */

static void
show_icon (ChatMessageRow *self, const char *icon, const char *meaning)
{
  gtk_widget_set_visible (GTK_WIDGET (self->state), icon != NULL);
  gtk_image_set_from_icon_name (self->state, icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state), meaning);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  meaning != NULL ? meaning : "", -1);
}

static const char *
describe_state (ChatMessage *message, const char **icon)
{
  switch (chat_message_get_state (message))
    {
    case CHAT_MESSAGE_SENDING:
      *icon = "content-loading-symbolic";
      return _("Sending…");
    case CHAT_MESSAGE_SENT:
      *icon = "emblem-ok-symbolic";
      return _("Delivered to the server");
    case CHAT_MESSAGE_FAILED:
      *icon = "dialog-error-symbolic";
      return _("Not sent");
    case CHAT_MESSAGE_UNVERIFIED:
      *icon = "dialog-warning-symbolic";
      return _("Not verified");
    case CHAT_MESSAGE_RECEIVED:
    default:
      *icon = NULL;
      return NULL;
    }
}

static void
show_state (ChatMessageRow *self)
{
  const char *icon;
  const char *meaning = describe_state (self->message, &icon);
  gboolean failed = chat_message_get_state (self->message) == CHAT_MESSAGE_FAILED;
  g_autofree char *problem =
      failed ? g_strdup_printf (_("Not sent: %s"), chat_message_get_problem (self->message)) : NULL;

  show_icon (self, icon, meaning);
  gtk_widget_set_visible (self->problem_box, failed);
  gtk_label_set_text (self->problem, failed ? problem : "");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->again), "s",
                                    failed ? chat_message_get_mid (self->message) : "");
  set_class (self->bubble, "failed", failed);
  set_class (self->bubble, "unverified",
             chat_message_get_state (self->message) == CHAT_MESSAGE_UNVERIFIED);
}

static void
show_time (ChatMessageRow *self)
{
  g_autofree char *clock = chat_time_format_clock (chat_message_get_time (self->message));
  g_autofree char *full = chat_time_format_full (chat_message_get_time (self->message));

  gtk_label_set_text (self->time, clock);
  gtk_widget_set_tooltip_text (self->bubble, full);
}

/* Who says it */

static void
show_author (ChatMessageRow *self)
{
  g_autofree char *author =
      chat_text_make_safe (chat_message_get_author (self->message), CHAT_TEXT_ONE_LINE);
  gboolean own = chat_message_get_own (self->message);

  gtk_label_set_text (self->author, author);
  gtk_widget_set_visible (GTK_WIDGET (self->author), !own);
  chat_message_layout_set_own (
      CHAT_MESSAGE_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), own);
  set_class (GTK_WIDGET (self), "own", own);
}

static void
show_run (ChatMessageRow *self)
{
  gboolean has_avatar = self->begins_run && !chat_message_get_own (self->message);

  gtk_widget_set_visible (self->head, self->begins_run);
  gtk_widget_set_visible (GTK_WIDGET (self->avatar), has_avatar);
  /* The colour comes from the text, so that it stays the same. Most rows have none to be set. */
  if (has_avatar)
    adw_avatar_set_text (self->avatar, gtk_label_get_text (self->author));
  set_class (GTK_WIDGET (self), "run", self->begins_run);
}

static void
state_cb (ChatMessageRow *self)
{
  show_state (self);
  show_time (self);
}

static void
chat_message_row_class_init (ChatMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = chat_message_row_dispose;

  gtk_widget_class_set_css_name (widget_class, "message");
  gtk_widget_class_set_layout_manager_type (widget_class, CHAT_TYPE_MESSAGE_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, head);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, author);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, time);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, private_box);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, readers);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, text);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, state);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, more);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, problem_box);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, problem);
  gtk_widget_class_bind_template_child (widget_class, ChatMessageRow, again);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_link_cb);
}

static void
chat_message_row_init (ChatMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->signals = g_signal_group_new (CHAT_TYPE_MESSAGE);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::audience", G_CALLBACK (show_readers),
                                  self);
}

/**
 * chat_message_row_set_message:
 * @self: a row
 * @message: (nullable): what to show from now on
 */
void
chat_message_row_set_message (ChatMessageRow *self, ChatMessage *message)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));
  g_return_if_fail (message == NULL || CHAT_IS_MESSAGE (message));

  g_set_object (&self->message, message);
  g_signal_group_set_target (self->signals, message);
  self->unfolded = FALSE;
  if (message == NULL)
    return;

  show_author (self);
  show_readers (self);
  show_text (self);
  show_state (self);
  show_time (self);
  show_run (self);
}

/**
 * chat_message_row_set_begins_run:
 * @self: a row
 * @begins_run: whether it is the first of several by one author
 */
void
chat_message_row_set_begins_run (ChatMessageRow *self, gboolean begins_run)
{
  g_return_if_fail (CHAT_IS_MESSAGE_ROW (self));

  self->begins_run = begins_run;
  if (self->message != NULL)
    show_run (self);
}

/**
 * chat_message_row_describe:
 * @message: a message
 *
 * Returns: (transfer full): author, readers, time, text and state in one sentence
 */
char *
chat_message_row_describe (ChatMessage *message)
{
  g_autofree char *words = NULL;
  g_autofree char *clock = NULL;
  g_autofree char *readers = NULL;
  const char *icon, *state;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  words = dup_words (message);
  clock = chat_time_format_clock (chat_message_get_time (message));
  readers = dup_readers (message);
  state = describe_state (message, &icon);

  return g_strdup_printf ("%s, %s%s%s: %s%s%s", chat_message_get_author (message), clock,
                          readers != NULL ? ", " : "", readers != NULL ? readers : "", words,
                          state != NULL ? ", " : "", state != NULL ? state : "");
}
