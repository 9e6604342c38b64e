/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-completer.h"

#include "chat-command.h"
#include "chat-username.h"

#include <string.h>

/* One candidate stays as it is; of several, what they have in common. */
static void
add (char **found, guint *n_found, const char *candidate)
{
  const char *p = *found, *q = candidate;

  if ((*n_found)++ == 0)
    {
      *found = g_strdup (candidate);
      return;
    }
  while (*p != '\0' && g_utf8_get_char (p) == g_utf8_get_char (q))
    {
      p = g_utf8_next_char (p);
      q = g_utf8_next_char (q);
    }
  (*found)[p - *found] = '\0';
}

static void
add_commands (char **found, guint *n_found, const char *prefix)
{
  const char *const *names = chat_command_get_names ();

  for (gsize i = 0; names[i] != NULL; i++)
    if (g_str_has_prefix (names[i], prefix))
      add (found, n_found, names[i]);
}

static void
add_members (char **found, guint *n_found, ChatMemberList *members, const char *prefix)
{
  g_autofree char *folded = chat_username_fold (prefix);
  guint n_members = g_list_model_get_n_items (G_LIST_MODEL (members));

  for (guint i = 0; folded != NULL && i < n_members; i++)
    {
      g_autoptr (ChatMember) member = g_list_model_get_item (G_LIST_MODEL (members), i);

      if (g_str_has_prefix (chat_member_get_folded (member), folded))
        add (found, n_found, chat_member_get_username (member));
    }
}

/**
 * chat_completer_complete:
 * @members: who can be named
 * @before: the text before the cursor
 *
 * Returns: (transfer full) (nullable): what its last word, which white space or the beginning
 *   precedes, becomes
 */
char *
chat_completer_complete (ChatMemberList *members, const char *before)
{
  g_autofree char *found = NULL;
  guint n_found = 0;
  const char *word, *mark = "";

  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (members) && before != NULL, NULL);

  word = before + strlen (before);
  while (word > before && strchr (" \t\n", word[-1]) == NULL)
    word--;

  if (word == before && *word == '/')
    {
      mark = "/";
      add_commands (&found, &n_found, word + 1);
    }
  else if (*word == '@')
    {
      mark = "@";
      add_members (&found, &n_found, members, word + 1);
    }
  else if (word - before == (gssize)strlen ("/msg ") && g_str_has_prefix (before, "/msg "))
    {
      add_members (&found, &n_found, members, word);
    }

  if (n_found == 0 || strlen (found) + strlen (mark) < strlen (word))
    return NULL;

  return g_strconcat (mark, found, n_found == 1 ? " " : "", NULL);
}
