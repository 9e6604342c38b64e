/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-composer.h"

#include "chat-bytes-left.h"
#include "chat-command.h"
#include "chat-composer-deeds.h"
#include "chat-composer-entry.h"
#include "chat-limits.h"
#include "chat-quote.h"
#include "chat-recipient-bar.h"
#include "chat-text.h"

#include <glib/gi18n-lib.h>

/* Where a name after /msg ends at the latest. */
#define MAX_BEGINNING (2 * CHAT_MAX_USERNAME)

struct _ChatComposer
{
  AdwBin parent_instance;

  ChatComposerEntry *entry;
  GtkWidget *send;
  ChatBytesLeft *left;
  ChatRecipientBar *recipient_bar;

  GtkTextView *view;                  /* borrowed from the entry */
  ChatCompletionPopover *completions; /* the same */
  ChatMemberList *members;
  ChatRecall *recall;
  char *recipient; /* whom alone it is for; NULL: all, or who is named in the text */
  gboolean enter_sends;
  gboolean connected;
};

G_DEFINE_FINAL_TYPE (ChatComposer, chat_composer, ADW_TYPE_BIN)

enum
{
  PROP_ENTER_SENDS = 1,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];
static guint submit_signal, changed_signal;

static void
chat_composer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatComposer *self = CHAT_COMPOSER (object);

  switch (id)
    {
    case PROP_ENTER_SENDS:
      g_value_set_boolean (value, self->enter_sends);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_composer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ChatComposer *self = CHAT_COMPOSER (object);

  switch (id)
    {
    case PROP_ENTER_SENDS:
      self->enter_sends = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_composer_dispose (GObject *object)
{
  ChatComposer *self = CHAT_COMPOSER (object);

  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_data (self->entry, self);
  self->entry = NULL;
  g_clear_object (&self->members);
  g_clear_pointer (&self->recall, chat_recall_free);
  g_clear_pointer (&self->recipient, g_free);

  G_OBJECT_CLASS (chat_composer_parent_class)->dispose (object);
}

/* To whom */

/* A name in the text goes before: that is what is done when it is sent. */
static char *
dup_recipient (ChatComposer *self)
{
  g_autofree char *beginning = chat_composer_entry_dup_beginning (self->entry, MAX_BEGINNING);
  char *named = chat_command_split_msg (beginning, NULL);

  return named != NULL ? named : g_strdup (self->recipient);
}

static void
show_hint (ChatComposer *self, const char *recipient)
{
  g_autofree char *hint = NULL;

  if (recipient != NULL)
    hint = g_strdup_printf (self->connected
                                ? _("Private message to %s")
                                : _("Private message to %s, sent when connected again"),
                            recipient);
  else
    hint = g_strdup (self->connected ? _("Message to all in the room")
                                     : _("Message to all, sent when connected again"));
  chat_composer_entry_set_hint (self->entry, hint);
}

static void
show_recipient (ChatComposer *self)
{
  g_autofree char *recipient = dup_recipient (self);
  g_autofree char *name =
      recipient != NULL ? chat_text_make_safe (recipient, CHAT_TEXT_ONE_LINE) : NULL;
  gboolean known = recipient != NULL && self->members != NULL
                   && chat_member_list_find (self->members, recipient) != NULL;

  show_hint (self, name);
  chat_recipient_bar_set_name (self->recipient_bar, name, known);
  chat_composer_entry_set_private (self->entry, name != NULL);
}

static void
write_to_all_cb (ChatComposer *self)
{
  chat_composer_write_to (self, NULL);
}

/* Changes */

static void
changed_cb (ChatComposer *self)
{
  gssize left = chat_bytes_left_count (gtk_text_view_get_buffer (self->view));

  chat_bytes_left_show (self->left, left);
  show_recipient (self);
  gtk_widget_set_sensitive (self->send,
                            left >= 0 && chat_composer_entry_has_words (self->entry));
  g_signal_emit (self, changed_signal, 0);
}

static void
refused_cb (ChatComposer *self, guint64 size)
{
  chat_bytes_left_show_refused (self->left, size);
}

/* Keys */

static ChatComposerSituation
get_situation (ChatComposer *self)
{
  ChatComposerSituation situation = 0;

  if (self->enter_sends)
    situation |= CHAT_COMPOSER_ENTER_SENDS;
  if (chat_composer_entry_is_empty (self->entry))
    situation |= CHAT_COMPOSER_EMPTY;
  if (chat_completion_popover_is_open (self->completions))
    situation |= CHAT_COMPOSER_CHOOSING;
  if (self->recipient != NULL)
    situation |= CHAT_COMPOSER_PRIVATE;

  return situation;
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        ChatComposer *self)
{
  ChatComposerDeed deed = chat_composer_keys_decide (
      key, state & gtk_accelerator_get_default_mod_mask (), get_situation (self));

  if (deed == CHAT_COMPOSER_EDIT)
    return GDK_EVENT_PROPAGATE;
  /* Tab that completes nothing goes to the next widget. */
  if (deed == CHAT_COMPOSER_COMPLETE)
    return chat_composer_complete (self);

  /* To the input method, the key may mean that a candidate is chosen. */
  if (!gtk_text_view_im_context_filter_keypress (
          self->view, gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
    chat_composer_deeds_do (self, deed, self->recall, self->completions);

  return GDK_EVENT_STOP;
}

static void
chat_composer_class_init (ChatComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = chat_composer_get_property;
  object_class->set_property = chat_composer_set_property;
  object_class->dispose = chat_composer_dispose;

  props[PROP_ENTER_SENDS] = g_param_spec_boolean (
      "enter-sends", NULL, NULL, TRUE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  submit_signal = g_signal_new ("submit", CHAT_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0,
                                g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 1,
                                G_TYPE_STRING);
  changed_signal = g_signal_new ("changed", CHAT_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);

  g_type_ensure (CHAT_TYPE_BYTES_LEFT);
  g_type_ensure (CHAT_TYPE_COMPOSER_ENTRY);
  g_type_ensure (CHAT_TYPE_RECIPIENT_BAR);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, entry);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, send);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, left);
  gtk_widget_class_bind_template_child (widget_class, ChatComposer, recipient_bar);
  gtk_widget_class_bind_template_callback (widget_class, key_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_composer_entry_insert_emoji);
  gtk_widget_class_bind_template_callback (widget_class, write_to_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, chat_composer_submit);
}

static void
chat_composer_init (ChatComposer *self)
{
  self->enter_sends = TRUE;
  self->connected = TRUE;
  self->recall = chat_recall_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->view = chat_composer_entry_get_view (self->entry);
  self->completions = chat_composer_entry_get_completions (self->entry);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "refused", G_CALLBACK (refused_cb), self);
  show_recipient (self);
}

/**
 * chat_composer_set_members:
 * @self: a composer
 * @members: (nullable): who can be named
 *
 * For another room; what was written in the one before is not brought back there.
 */
void
chat_composer_set_members (ChatComposer *self, ChatMemberList *members)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  if (!g_set_object (&self->members, members))
    return;
  chat_recall_free (self->recall);
  self->recall = chat_recall_new ();
  chat_completion_popover_set_members (self->completions, members);
  show_recipient (self);
}

/**
 * chat_composer_set_connected:
 * @self: a composer
 * @connected: whether what is sent leaves at once
 */
void
chat_composer_set_connected (ChatComposer *self, gboolean connected)
{
  g_return_if_fail (CHAT_IS_COMPOSER (self));

  if (self->connected == connected)
    return;
  self->connected = connected;
  show_recipient (self);
}

/**
 * chat_composer_set_text:
 * @self: a composer
 * @text: what stands in it from now on; with "/msg NAME " before it, it is for that one only
 *
 * The cursor is at its end, and the composer has the focus.
 */
void
chat_composer_set_text (ChatComposer *self, const char *text)
{
  const char *rest = text;
  g_autofree char *typed = NULL;

  g_return_if_fail (CHAT_IS_COMPOSER (self) && text != NULL);

  g_free (self->recipient);
  self->recipient = chat_command_split_msg (text, &rest);
  /* In a message, a slash at the beginning is typed as two. */
  typed = g_strconcat (self->recipient != NULL && *rest == '/' ? "/" : "", rest, NULL);
  chat_composer_entry_set_text (self->entry, typed);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * chat_composer_dup_text:
 * @self: a composer
 *
 * Returns: (transfer full): what stands in it, with "/msg NAME " before it if it is for one only
 */
char *
chat_composer_dup_text (ChatComposer *self)
{
  g_autofree char *typed = NULL;

  g_return_val_if_fail (CHAT_IS_COMPOSER (self), NULL);

  typed = chat_composer_entry_dup_text (self->entry);
  if (self->recipient == NULL || (typed[0] == '/' && typed[1] != '/'))
    return g_steal_pointer (&typed);

  return g_strconcat ("/msg ", self->recipient, " ", *typed == '/' ? typed + 1 : typed, NULL);
}

/**
 * chat_composer_write_to:
 * @self: a composer
 * @username: (nullable): a member, or %NULL for all
 *
 * What was written stays, and is for them from now on.
 */
void
chat_composer_write_to (ChatComposer *self, const char *username)
{
  g_autofree char *typed = NULL;
  g_autofree char *named = NULL;

  g_return_if_fail (CHAT_IS_COMPOSER (self));

  /* A name in the text is no longer right. */
  typed = chat_composer_entry_dup_text (self->entry);
  named = chat_command_split_msg (typed, NULL);
  if (named != NULL)
    chat_composer_set_text (self, typed);
  g_free (self->recipient);
  self->recipient = g_strdup (username);
  show_recipient (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  g_signal_emit (self, changed_signal, 0);
}

/**
 * chat_composer_quote:
 * @self: a composer
 * @author: who said it
 * @text: what was said
 *
 * Puts it before the cursor as a quotation.
 */
void
chat_composer_quote (ChatComposer *self, const char *author, const char *text)
{
  g_autofree char *quotation = NULL;

  g_return_if_fail (CHAT_IS_COMPOSER (self) && author != NULL && text != NULL);

  quotation = chat_quote_make (author, text);
  chat_composer_entry_insert (self->entry, quotation);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/**
 * chat_composer_take_key:
 * @self: a composer
 * @controller: which handles the key just now
 * @key: the key
 * @modifiers: those that are down
 *
 * Begins to write by a key that was pressed elsewhere, and that nobody else wanted.
 *
 * Returns: whether it writes something
 */
gboolean
chat_composer_take_key (ChatComposer *self, GtkEventControllerKey *controller, guint key,
                        GdkModifierType modifiers)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER (self), FALSE);

  return chat_composer_entry_take_key (self->entry, controller, key, modifiers);
}

/**
 * chat_composer_submit:
 * @self: a composer
 *
 * Hands over what stands in it, and is empty if that was taken.
 */
void
chat_composer_submit (ChatComposer *self)
{
  g_autofree char *text = NULL;
  gboolean taken = FALSE;

  g_return_if_fail (CHAT_IS_COMPOSER (self));

  if (!chat_composer_entry_has_words (self->entry)
      || chat_bytes_left_count (gtk_text_view_get_buffer (self->view)) < 0)
    return;

  text = chat_composer_dup_text (self);
  /* Emptied before, so that whoever is asked may set another text. */
  chat_composer_entry_set_text (self->entry, "");
  g_signal_emit (self, submit_signal, 0, text, &taken);
  if (taken)
    chat_recall_add (self->recall, text);
  else
    chat_composer_set_text (self, text);
}

/**
 * chat_composer_complete:
 * @self: a composer
 *
 * Completes the word before the cursor: if there are several ways, shows them.
 *
 * Returns: whether there was something to add
 */
gboolean
chat_composer_complete (ChatComposer *self)
{
  g_return_val_if_fail (CHAT_IS_COMPOSER (self), FALSE);

  return chat_completion_popover_complete (self->completions);
}
