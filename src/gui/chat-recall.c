/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-recall.h"

#define MAX_TEXTS 50

struct _ChatRecall
{
  GPtrArray *texts; /* the oldest first */
  char *now;        /* what was not sent yet when one began to go back */
  guint at;         /* texts->len: not gone back */
};

/**
 * chat_recall_new:
 *
 * Returns: (transfer full): nothing to remember yet
 */
ChatRecall *
chat_recall_new (void)
{
  ChatRecall *self = g_new0 (ChatRecall, 1);

  self->texts = g_ptr_array_new_with_free_func (g_free);

  return self;
}

/**
 * chat_recall_free:
 * @self: (transfer full): the texts
 */
void
chat_recall_free (ChatRecall *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->texts);
  g_free (self->now);
  g_free (self);
}

/**
 * chat_recall_add:
 * @self: the texts
 * @text: what was sent just now
 */
void
chat_recall_add (ChatRecall *self, const char *text)
{
  g_return_if_fail (self != NULL && text != NULL);

  if (self->texts->len == 0
      || !g_str_equal (g_ptr_array_index (self->texts, self->texts->len - 1), text))
    g_ptr_array_add (self->texts, g_strdup (text));
  if (self->texts->len > MAX_TEXTS)
    g_ptr_array_remove_index (self->texts, 0);
  self->at = self->texts->len;
  g_clear_pointer (&self->now, g_free);
}

/**
 * chat_recall_go_back:
 * @self: the texts
 * @now: what stands where the text is to be
 *
 * Returns: (transfer none) (nullable): the text before it
 */
const char *
chat_recall_go_back (ChatRecall *self, const char *now)
{
  g_return_val_if_fail (self != NULL && now != NULL, NULL);

  if (self->at == 0)
    return NULL;
  if (self->at == self->texts->len)
    {
      g_free (self->now);
      self->now = g_strdup (now);
    }
  self->at--;

  return g_ptr_array_index (self->texts, self->at);
}

/**
 * chat_recall_go_forward:
 * @self: the texts
 *
 * Returns: (transfer none) (nullable): the text after it; at last, what was not sent yet
 */
const char *
chat_recall_go_forward (ChatRecall *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->at == self->texts->len)
    return NULL;
  self->at++;

  return self->at < self->texts->len ? g_ptr_array_index (self->texts, self->at) : self->now;
}
