/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-draft-keeper.h"

struct _ChatDraftKeeper
{
  GObject parent_instance;

  ChatComposer *composer; /* which owns this, in the end */
  ChatDraft *draft;
  GSignalGroup *signals; /* of the draft */
  gboolean loaded;       /* what is kept has been put back, so that changes may be kept */
};

G_DEFINE_FINAL_TYPE (ChatDraftKeeper, chat_draft_keeper, G_TYPE_OBJECT)

static void
chat_draft_keeper_dispose (GObject *object)
{
  ChatDraftKeeper *self = CHAT_DRAFT_KEEPER (object);

  if (self->draft != NULL)
    chat_draft_flush (self->draft);
  g_clear_object (&self->signals);
  g_clear_object (&self->draft);

  G_OBJECT_CLASS (chat_draft_keeper_parent_class)->dispose (object);
}

static void
chat_draft_keeper_class_init (ChatDraftKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = chat_draft_keeper_dispose;
}

static void
changed_cb (ChatDraftKeeper *self)
{
  g_autofree char *text = NULL;

  if (self->draft == NULL || !self->loaded)
    return;

  text = chat_composer_dup_text (self->composer);
  chat_draft_set_text (self->draft, text);
}

/* Opening it takes a moment. What has been typed meanwhile stays, below what was there before. */
static void
loaded_cb (ChatDraftKeeper *self, const char *text)
{
  g_autofree char *typed = chat_composer_dup_text (self->composer);
  g_autofree char *both = NULL;

  self->loaded = TRUE;
  if (typed[0] == '\0' && text[0] != '\0')
    chat_composer_set_text (self->composer, text);
  else if (typed[0] != '\0' && typed[0] != '/' && text[0] != '\0')
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
  self->loaded = FALSE;
  g_set_object (&self->draft, draft);
  g_signal_group_set_target (self->signals, draft);
  chat_composer_set_text (self->composer, "");
  if (draft != NULL)
    chat_draft_load (draft);
}
