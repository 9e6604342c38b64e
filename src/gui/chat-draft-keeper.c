/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-draft-keeper.h"

#include "chat-secret.h"

struct _ChatDraftKeeper
{
  GObject parent_instance;

  ChatComposer *composer; /* which owns this, in the end */
  ChatDraft *draft;
  GSignalGroup *signals; /* of the draft */
  gboolean loaded;       /* what is kept has been put back, so that changes may be kept */

  /* What was there before, while a command that was typed before it came is in its place. */
  char *held;
  guint putting_back; /* a source */
};

G_DEFINE_FINAL_TYPE (ChatDraftKeeper, chat_draft_keeper, G_TYPE_OBJECT)

static void
forget_held (ChatDraftKeeper *self)
{
  g_clear_handle_id (&self->putting_back, g_source_remove);
  g_clear_pointer (&self->held, chat_wipe_string);
}

static void
chat_draft_keeper_dispose (GObject *object)
{
  ChatDraftKeeper *self = CHAT_DRAFT_KEEPER (object);

  if (self->draft != NULL)
    chat_draft_flush (self->draft);
  forget_held (self);
  g_clear_object (&self->signals);
  g_clear_object (&self->draft);

  G_OBJECT_CLASS (chat_draft_keeper_parent_class)->dispose (object);
}

static void
chat_draft_keeper_class_init (ChatDraftKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_draft_keeper_dispose;
}

static gboolean
put_back_cb (gpointer user_data)
{
  ChatDraftKeeper *self = user_data;
  g_autofree char *typed = chat_composer_dup_text (self->composer);
  char *held;

  self->putting_back = 0;
  if (typed[0] != '\0')
    return G_SOURCE_REMOVE;

  held = g_steal_pointer (&self->held);
  chat_composer_set_text (self->composer, held);
  chat_wipe_string (held);

  return G_SOURCE_REMOVE;
}

/* A command is done at once, or not at all: as a draft it might be sent as a message. */
static void
keep_both (ChatDraftKeeper *self, const char *typed)
{
  g_autofree char *both = NULL;

  if (typed[0] != '\0' && typed[0] != '/')
    both = g_strconcat (self->held, "\n", typed, NULL);
  chat_draft_set_text (self->draft, both != NULL ? both : self->held);
  /* Later, for the composer is also empty for a moment while its text is replaced. */
  if (typed[0] == '\0' && self->putting_back == 0)
    self->putting_back = g_idle_add (put_back_cb, self);
}

static void
changed_cb (ChatDraftKeeper *self)
{
  g_autofree char *text = NULL;

  if (self->draft == NULL || !self->loaded)
    return;

  text = chat_composer_dup_text (self->composer);
  if (self->held != NULL)
    keep_both (self, text);
  else
    chat_draft_set_text (self->draft, text);
}

/* Opening it takes a moment. What has been typed meanwhile stays, below what was there before; a
 * command stays alone, and what was there before comes back after it. */
static void
loaded_cb (ChatDraftKeeper *self, const char *text)
{
  g_autofree char *typed = chat_composer_dup_text (self->composer);
  g_autofree char *both = NULL;

  self->loaded = TRUE;
  if (typed[0] == '\0' && text[0] != '\0')
    chat_composer_set_text (self->composer, text);
  else if (typed[0] == '/' && text[0] != '\0')
    self->held = g_strdup (text);
  else if (typed[0] != '\0' && text[0] != '\0')
    {
      both = g_strconcat (text, "\n", typed, NULL);
      chat_composer_set_text (self->composer, both);
    }
  else if (typed[0] != '\0')
    changed_cb (self);
  /* Otherwise, one that could not be read stays until something is written. */
}

static void
chat_draft_keeper_init (ChatDraftKeeper *self)
{
  self->signals = g_signal_group_new (CHAT_TYPE_DRAFT);
  g_signal_group_connect_swapped (self->signals, "loaded", G_CALLBACK (loaded_cb), self);
}

/**
 * chat_draft_keeper_new:
 * @composer: where one writes; it must live longer
 *
 * Returns: (transfer full): a keeper without a draft
 */
ChatDraftKeeper *
chat_draft_keeper_new (ChatComposer *composer)
{
  ChatDraftKeeper *self;

  g_return_val_if_fail (CHAT_IS_COMPOSER (composer), NULL);

  self = g_object_new (CHAT_TYPE_DRAFT_KEEPER, NULL);
  self->composer = composer;
  g_signal_connect_object (composer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * chat_draft_keeper_set_draft:
 * @self: a keeper
 * @draft: (nullable): of the room that is shown now
 */
void
chat_draft_keeper_set_draft (ChatDraftKeeper *self, ChatDraft *draft)
{
  g_return_if_fail (CHAT_IS_DRAFT_KEEPER (self));
  g_return_if_fail (draft == NULL || CHAT_IS_DRAFT (draft));

  if (self->draft != NULL)
    chat_draft_flush (self->draft);
  forget_held (self);
  self->loaded = FALSE;
  g_set_object (&self->draft, draft);
  g_signal_group_set_target (self->signals, draft);
  chat_composer_set_text (self->composer, "");
  if (draft != NULL)
    chat_draft_load (draft);
}
