/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-completer.h"

#include "chat-completion.h"
#include "chat-username.h"

#include <string.h>

/* More than one would look through; the next letter makes them fewer. */
#define MAX_COMPLETIONS 50

static void
add (GListStore *list, ChatCompletion *completion)
{
  g_list_store_append (list, completion);
  g_object_unref (completion);
}

static void
add_commands (GListStore *list, const char *prefix)
{
  gsize n;
  const ChatCommandInfo *commands = chat_command_get_all (&n);

  for (gsize i = 0; i < n; i++)
    if (g_str_has_prefix (commands[i].name, prefix))
      add (list, chat_completion_new_command (&commands[i]));
}

static void
add_members (GListStore *list, GListModel *members, const char *prefix, const char *mark,
             gboolean online)
{
  g_autofree char *folded = chat_username_fold (prefix);
  guint n_members = g_list_model_get_n_items (members);

  for (guint i = 0; folded != NULL && i < n_members; i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (members, i);

      if (g_list_model_get_n_items (G_LIST_MODEL (list)) >= MAX_COMPLETIONS)
        return;
      if (chat_member_get_online (member) == online
          && g_str_has_prefix (chat_member_get_folded (member), folded))
        add (list, chat_completion_new_member (member, mark));
    }
}

/* Who is there answers sooner. */
static void
add_all_members (GListStore *list, ChatMemberList *members, const char *prefix, const char *mark)
{
  if (members == NULL)
    return;
  add_members (list, G_LIST_MODEL (members), prefix, mark, TRUE);
  add_members (list, G_LIST_MODEL (members), prefix, mark, FALSE);
}

/* Whether the word is what the only completion would make of it: Enter is to send it then. */
static gboolean
is_complete (GListModel *list, const char *word)
{
  g_autoptr (ChatCompletion) first = g_list_model_get_item (list, 0);

  return first != NULL && g_list_model_get_n_items (list) == 1
         && g_str_equal (chat_completion_get_word (first), word);
}

/**
 * chat_completer_find_word:
 * @before: the text before the cursor
 *
 * Returns: (transfer none): its last word, which white space or the beginning precedes
 */
const char *
chat_completer_find_word (const char *before)
{
  const char *word;

  g_return_val_if_fail (before != NULL, NULL);

  word = before + strlen (before);
  while (word > before)
    {
      const char *previous = g_utf8_prev_char (word);

      if (g_unichar_isspace (g_utf8_get_char (previous)))
        break;
      word = previous;
    }

  return word;
}

/**
 * chat_completer_list:
 * @members: (nullable): who can be named
 * @before: the text before the cursor
 *
 * Returns: (transfer full): what its last word can become, the likeliest first
 */
GListModel *
chat_completer_list (ChatMemberList *members, const char *before)
{
  g_autoptr (GListStore) list = NULL;
  const char *word;

  g_return_val_if_fail (members == NULL || CHAT_IS_MEMBER_LIST (members), NULL);
  g_return_val_if_fail (before != NULL, NULL);

  list = g_list_store_new (CHAT_TYPE_COMPLETION);
  word = chat_completer_find_word (before);
  if (word == before && *word == '/')
    add_commands (list, word + 1);
  else if (*word == '@')
    add_all_members (list, members, word + 1, "@");
  else if (word - before == (gssize)strlen ("/msg ") && g_str_has_prefix (before, "/msg "))
    add_all_members (list, members, word, "");

  if (is_complete (G_LIST_MODEL (list), word))
    g_list_store_remove_all (list);

  return G_LIST_MODEL (g_steal_pointer (&list));
}
