/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-completion.h"

#include "chat-commands.h"
#include "chat-username.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After stdio, which it needs. */
#include <readline/readline.h>

/* readline calls back without user data. */
static ChatMemberList *completed_members;

static void
add_commands (GStrvBuilder *found, const char *word)
{
  for (const ChatCommand *command = chat_commands; command->name != NULL; command++)
    if (g_str_has_prefix (command->name, word + 1))
      {
        g_autofree char *text = g_strconcat ("/", command->name, NULL);

        g_strv_builder_add (found, text);
      }
}

static void
add_names (GStrvBuilder *found, ChatMemberList *members, const char *mark, const char *prefix)
{
  g_autofree char *folded = chat_username_fold (prefix);
  GListModel *model = G_LIST_MODEL (members);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (model, i);
      g_autofree char *text = g_strconcat (mark, chat_member_get_username (member), NULL);

      if (g_str_has_prefix (chat_member_get_folded (member), folded))
        g_strv_builder_add (found, text);
    }
}

static gboolean
wants_name (const char *line, gsize start)
{
  g_autofree char *before = g_strndup (line, start);

  g_strstrip (before);
  return g_str_equal (before, "/msg") || g_str_equal (before, "/accept");
}

/**
 * chat_completion_find:
 * @members: who can be named
 * @line: what is typed
 * @start: where in it @word begins, in bytes
 * @word: the beginning of a word
 *
 * Returns: (transfer full): what could stand in its place, perhaps nothing
 */
GStrv
chat_completion_find (ChatMemberList *members, const char *line, gsize start, const char *word)
{
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();

  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (members), NULL);
  g_return_val_if_fail (line != NULL && word != NULL, NULL);

  if (start == 0 && word[0] == '/')
    add_commands (found, word);
  else if (wants_name (line, start))
    add_names (found, members, "", word);
  else if (word[0] == '@')
    add_names (found, members, "@", word + 1);

  return g_strv_builder_end (found);
}

/* readline asks for one match after the other, and frees each by free (). */
static char *
next_match_cb (const char *word, int state)
{
  static GStrv matches;
  static gsize next;

  if (state == 0)
    {
      int start = rl_point - (int)strlen (word);

      g_strfreev (matches);
      matches =
          chat_completion_find (completed_members, rl_line_buffer, (gsize)MAX (start, 0), word);
      next = 0;
    }
  if (matches != NULL && matches[next] != NULL)
    return strdup (matches[next++]);
  g_clear_pointer (&matches, g_strfreev);

  return NULL;
}

static char **
complete_cb (const char *word, int start, int end)
{
  /* Never names of files. */
  rl_attempted_completion_over = 1;

  return rl_completion_matches (word, next_match_cb);
}

/**
 * chat_completion_install:
 * @members: who can be named; borrowed until chat_completion_uninstall()
 *
 * Makes Tab complete commands and names in the one line of readline.
 */
void
chat_completion_install (ChatMemberList *members)
{
  completed_members = members;
  rl_attempted_completion_function = complete_cb;
  rl_completer_word_break_characters = (char *)" \t\n";
}

/**
 * chat_completion_uninstall:
 *
 * Ends what chat_completion_install() began.
 */
void
chat_completion_uninstall (void)
{
  rl_attempted_completion_function = NULL;
  completed_members = NULL;
}
