/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-completion.h"

#include "chat-text.h"

#include <glib/gi18n-lib.h>

struct _ChatCompletion
{
  GObject parent_instance;

  char *word;
  char *title;
  const char *detail;
  gboolean is_member;
};

G_DEFINE_FINAL_TYPE (ChatCompletion, chat_completion, G_TYPE_OBJECT)

/**
 * chat_completion_new_command:
 * @info: a command
 *
 * Returns: (transfer full): what stands for it in a list
 */
ChatCompletion *
chat_completion_new_command (const ChatCommandInfo *info)
{
  ChatCompletion *self;

  g_return_val_if_fail (info != NULL, NULL);

  self = g_object_new (CHAT_TYPE_COMPLETION, NULL);
  self->word = g_strconcat ("/", info->name, NULL);
  self->title = chat_command_dup_usage (info);
  self->detail = _ (info->help);

  return self;
}

/**
 * chat_completion_new_member:
 * @member: a member
 * @mark: what stands before the name
 *
 * Returns: (transfer full): what stands for them in a list
 */
ChatCompletion *
chat_completion_new_member (ChatMember *member, const char *mark)
{
  ChatCompletion *self;

  g_return_val_if_fail (CHAT_IS_MEMBER (member) && mark != NULL, NULL);

  self = g_object_new (CHAT_TYPE_COMPLETION, NULL);
  self->word = g_strconcat (mark, chat_member_get_username (member), NULL);
  self->title = chat_text_make_safe (chat_member_get_username (member), CHAT_TEXT_ONE_LINE);
  self->detail = chat_member_get_online (member) ? _("Online") : _("Offline");
  self->is_member = TRUE;

  return self;
}

static void
chat_completion_finalize (GObject *object)
{
  ChatCompletion *self = CHAT_COMPLETION (object);

  g_free (self->word);
  g_free (self->title);

  G_OBJECT_CLASS (chat_completion_parent_class)->finalize (object);
}

static void
chat_completion_class_init (ChatCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_completion_finalize;
}

static void
chat_completion_init (ChatCompletion *self)
{
}

/**
 * chat_completion_get_word:
 * @self: a completion
 *
 * Returns: (transfer none): what the word becomes
 */
const char *
chat_completion_get_word (ChatCompletion *self)
{
  g_return_val_if_fail (CHAT_IS_COMPLETION (self), NULL);

  return self->word;
}

/**
 * chat_completion_get_title:
 * @self: a completion
 *
 * Returns: (transfer none): how it is called in a list
 */
const char *
chat_completion_get_title (ChatCompletion *self)
{
  g_return_val_if_fail (CHAT_IS_COMPLETION (self), NULL);

  return self->title;
}

/**
 * chat_completion_get_detail:
 * @self: a completion
 *
 * Returns: (transfer none): what the command does, or whether the member is online
 */
const char *
chat_completion_get_detail (ChatCompletion *self)
{
  g_return_val_if_fail (CHAT_IS_COMPLETION (self), NULL);

  return self->detail;
}

/**
 * chat_completion_is_member:
 * @self: a completion
 *
 * Returns: whether it is a name, not a command
 */
gboolean
chat_completion_is_member (ChatCompletion *self)
{
  g_return_val_if_fail (CHAT_IS_COMPLETION (self), FALSE);

  return self->is_member;
}
