/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member-changes.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  char *username;
  ChatMemberChange change;
} Change;

/* What has become of one member. */
typedef enum
{
  OUTCOME_ADDED,
  OUTCOME_REMOVED,
  OUTCOME_ONLINE,
  OUTCOME_OFFLINE,
  OUTCOME_CAME_AND_WENT,
  N_OUTCOMES,
} Outcome;

struct _ChatMemberChanges
{
  GArray *changes; /* (element-type Change) */
};

static void
clear_change (gpointer change)
{
  g_free (((Change *)change)->username);
}

/**
 * chat_member_changes_new:
 *
 * Returns: (transfer full): no changes yet
 */
ChatMemberChanges *
chat_member_changes_new (void)
{
  ChatMemberChanges *self = g_new0 (ChatMemberChanges, 1);

  self->changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_array_set_clear_func (self->changes, clear_change);

  return self;
}

/**
 * chat_member_changes_free:
 * @self: (transfer full): changes
 */
void
chat_member_changes_free (ChatMemberChanges *self)
{
  g_array_unref (self->changes);
  g_free (self);
}

/**
 * chat_member_changes_add:
 * @self: changes
 * @username: whose
 * @change: what happened after all the others
 */
void
chat_member_changes_add (ChatMemberChanges *self, const char *username, ChatMemberChange change)
{
  Change added = { .change = change };

  g_return_if_fail (self != NULL && username != NULL);

  added.username = g_strdup (username);
  g_array_append_val (self->changes, added);
}

/**
 * chat_member_changes_get_n:
 * @self: changes
 *
 * Returns: how many there are
 */
guint
chat_member_changes_get_n (ChatMemberChanges *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->changes->len;
}

/* Sentences. A plural form is chosen by the number of names. */

static char *
join_names (GPtrArray *names)
{
  const guint n_others = names->len > 2 ? names->len - 2 : 0;

  if (names->len == 1)
    return g_strdup (names->pdata[0]);
  if (names->len == 2)
    /* TRANSLATORS: two usernames */
    return g_strdup_printf (_("%s and %s"), (char *)names->pdata[0], (char *)names->pdata[1]);

  /* TRANSLATORS: two usernames, and how many people more */
  return g_strdup_printf (ngettext ("%s, %s and %u other", "%s, %s and %u others", n_others),
                          (char *)names->pdata[0], (char *)names->pdata[1], n_others);
}

static char *
dup_sentence (Outcome outcome, GPtrArray *names)
{
  g_autofree char *joined = join_names (names);
  const guint n = names->len;

  /* TRANSLATORS: in all of these, a username, or several, as in "alice and bob" */
  switch (outcome)
    {
    case OUTCOME_ADDED:
      return g_strdup_printf (ngettext ("%s is now a member", "%s are now members", n), joined);
    case OUTCOME_REMOVED:
      return g_strdup_printf (
          ngettext ("%s is no longer a member", "%s are no longer members", n), joined);
    case OUTCOME_ONLINE:
      return g_strdup_printf (ngettext ("%s is online", "%s are online", n), joined);
    case OUTCOME_OFFLINE:
      return g_strdup_printf (ngettext ("%s is offline", "%s are offline", n), joined);
    case OUTCOME_CAME_AND_WENT:
      return g_strdup_printf (ngettext ("%s came and went", "%s came and went", n), joined);
    case N_OUTCOMES:
    default:
      g_assert_not_reached ();
    }
}

/* Only the last change of each kind counts, membership or presence. */
static gboolean
is_overtaken (ChatMemberChanges *self, guint i)
{
  const Change *change = &g_array_index (self->changes, Change, i);
  gboolean presence = change->change == CHAT_MEMBER_CAME || change->change == CHAT_MEMBER_LEFT;

  for (guint j = i + 1; j < self->changes->len; j++)
    {
      const Change *later = &g_array_index (self->changes, Change, j);
      gboolean same =
          presence == (later->change == CHAT_MEMBER_CAME || later->change == CHAT_MEMBER_LEFT);

      if (same && g_str_equal (later->username, change->username))
        return TRUE;
    }

  return FALSE;
}

static gboolean
came_before (ChatMemberChanges *self, guint i)
{
  const Change *change = &g_array_index (self->changes, Change, i);

  for (guint j = 0; j < i; j++)
    {
      const Change *earlier = &g_array_index (self->changes, Change, j);

      if (earlier->change == CHAT_MEMBER_CAME && g_str_equal (earlier->username, change->username))
        return TRUE;
    }

  return FALSE;
}

static Outcome
get_outcome (ChatMemberChanges *self, guint i)
{
  switch (g_array_index (self->changes, Change, i).change)
    {
    case CHAT_MEMBER_ADDED:
      return OUTCOME_ADDED;
    case CHAT_MEMBER_REMOVED:
      return OUTCOME_REMOVED;
    case CHAT_MEMBER_CAME:
      return OUTCOME_ONLINE;
    case CHAT_MEMBER_LEFT:
    default:
      return came_before (self, i) ? OUTCOME_CAME_AND_WENT : OUTCOME_OFFLINE;
    }
}

static char *
dup_outcome (ChatMemberChanges *self, Outcome outcome)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->changes->len; i++)
    if (!is_overtaken (self, i) && get_outcome (self, i) == outcome)
      g_ptr_array_add (names, g_array_index (self->changes, Change, i).username);

  return names->len > 0 ? dup_sentence (outcome, names) : NULL;
}

/**
 * chat_member_changes_dup_summary:
 * @self: changes
 *
 * Returns: (transfer full): how it stands after all of them
 */
char *
chat_member_changes_dup_summary (ChatMemberChanges *self)
{
  g_autoptr (GString) summary = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  for (Outcome outcome = 0; outcome < N_OUTCOMES; outcome++)
    {
      g_autofree char *sentence = dup_outcome (self, outcome);

      if (sentence != NULL)
        g_string_append_printf (summary, "%s%s", summary->len > 0 ? " · " : "", sentence);
    }

  return g_string_free (g_steal_pointer (&summary), FALSE);
}

static char *
dup_line (const Change *change)
{
  static const Outcome outcomes[] = {
    [CHAT_MEMBER_ADDED] = OUTCOME_ADDED,
    [CHAT_MEMBER_REMOVED] = OUTCOME_REMOVED,
    [CHAT_MEMBER_CAME] = OUTCOME_ONLINE,
    [CHAT_MEMBER_LEFT] = OUTCOME_OFFLINE,
  };
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_ptr_array_add (names, change->username);

  return dup_sentence (outcomes[change->change], names);
}

/**
 * chat_member_changes_dup_all:
 * @self: changes
 *
 * Returns: (transfer full): each of them, in a line of its own
 */
char *
chat_member_changes_dup_all (ChatMemberChanges *self)
{
  g_autoptr (GString) all = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->changes->len; i++)
    {
      g_autofree char *line = dup_line (&g_array_index (self->changes, Change, i));

      g_string_append_printf (all, "%s%s", i > 0 ? "\n" : "", line);
    }

  return g_string_free (g_steal_pointer (&all), FALSE);
}
