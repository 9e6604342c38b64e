/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-pins.h"

#include "chat-limits.h"
#include "chat-username.h"

#include <string.h>

/* The present key, the earlier ones, and NULL. */
#define MAX_KIDS (1 + CHAT_MAX_EARLIER_PINS)

typedef struct
{
  char *username;
  char *kids[MAX_KIDS + 1];
  /* Where each was given up; NULL where that is not known, as of the present one. */
  char *histories[MAX_KIDS];
  gint64 seqs[MAX_KIDS];
} Pin;

struct _ChatPins
{
  GPtrArray *pins;     /* (element-type Pin), in the order in which they were met */
  GHashTable *by_name; /* folded name → Pin, borrowed */
};

static void
pin_free (gpointer data)
{
  Pin *pin = data;

  g_free (pin->username);
  for (guint i = 0; i < MAX_KIDS; i++)
    {
      g_free (pin->kids[i]);
      g_free (pin->histories[i]);
    }
  g_free (pin);
}

/**
 * chat_pins_new: (skip)
 *
 * Makes a list in which everybody is new.
 *
 * Returns: (transfer full): keys of nobody
 */
ChatPins *
chat_pins_new (void)
{
  ChatPins *self = g_new0 (ChatPins, 1);

  self->pins = g_ptr_array_new_with_free_func (pin_free);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

/**
 * chat_pins_free:
 * @self: (transfer full): known keys
 *
 * Forgets it all. No file changes.
 */
void
chat_pins_free (ChatPins *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->pins);
  g_free (self);
}

static Pin *
find (ChatPins *self, const char *username)
{
  g_autofree char *folded = chat_username_fold (username);

  return folded != NULL ? g_hash_table_lookup (self->by_name, folded) : NULL;
}

/* Where a key stands among those of a name; MAX_KIDS when it does not. */
static guint
find_kid (const Pin *pin, const char *kid)
{
  for (guint i = 0; i < MAX_KIDS && pin->kids[i] != NULL; i++)
    if (g_str_equal (pin->kids[i], kid))
      return i;

  return MAX_KIDS;
}

/**
 * chat_pins_get_size:
 * @self: known keys
 *
 * Counts the names, whether their owners are still members or not.
 *
 * Returns: of how many names
 */
guint
chat_pins_get_size (ChatPins *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->pins->len;
}

/**
 * chat_pins_get_name:
 * @self: known keys
 * @n: a number below [method@Pins.get_size]
 *
 * Gives one of the names; they stand in the order in which they became known.
 *
 * Returns: (transfer none): the name, as it was first spelled
 */
const char *
chat_pins_get_name (ChatPins *self, guint n)
{
  g_return_val_if_fail (self != NULL && n < self->pins->len, NULL);

  return ((Pin *)g_ptr_array_index (self->pins, n))->username;
}

/**
 * chat_pins_get_kids:
 * @self: known keys
 * @n: a number below [method@Pins.get_size]
 *
 * Gives the keys of one name, as a %NULL-terminated array that lives until the list changes.
 *
 * Returns: (transfer none): the keys of that name: the present one, then the earlier ones, the last
 *   of them first
 */
const char *const *
chat_pins_get_kids (ChatPins *self, guint n)
{
  g_return_val_if_fail (self != NULL && n < self->pins->len, NULL);

  return (const char *const *)((Pin *)g_ptr_array_index (self->pins, n))->kids;
}

/**
 * chat_pins_find:
 * @self: known keys
 * @username: a name, in any spelling of the same name
 *
 * Gives the key that one trusts for a name. It lives until the list changes.
 *
 * Returns: (transfer none) (nullable): the key that one knows it by
 */
const char *
chat_pins_find (ChatPins *self, const char *username)
{
  const Pin *pin;

  g_return_val_if_fail (self != NULL && username != NULL, NULL);

  pin = find (self, username);
  return pin != NULL ? pin->kids[0] : NULL;
}

/**
 * chat_pins_knows:
 * @self: known keys
 * @username: a name
 * @kid: a key
 *
 * Tells whether a message of that name, signed with that key, can be an old one of the same person.
 *
 * Returns: whether one knows, or knew, that name by that key
 */
gboolean
chat_pins_knows (ChatPins *self, const char *username, const char *kid)
{
  const Pin *pin;

  g_return_val_if_fail (self != NULL && username != NULL && kid != NULL, FALSE);

  pin = find (self, username);
  return pin != NULL && find_kid (pin, kid) < MAX_KIDS;
}

/**
 * chat_pins_learn:
 * @self: known keys
 * @username: a name
 * @kid: its key
 *
 * What was learned is never forgotten to make room: with names enough, a server could otherwise
 * push out the one that it wants to replace.
 *
 * Returns: whether it was added; %FALSE when the name is known already, or there are
 *   %CHAT_MAX_PINS
 */
gboolean
chat_pins_learn (ChatPins *self, const char *username, const char *kid)
{
  g_autofree char *folded = NULL;
  Pin *pin;

  g_return_val_if_fail (self != NULL && username != NULL && kid != NULL, FALSE);

  folded = chat_username_fold (username);
  if (folded == NULL || self->pins->len >= CHAT_MAX_PINS
      || g_hash_table_contains (self->by_name, folded))
    return FALSE;

  pin = g_new0 (Pin, 1);
  pin->username = g_strdup (username);
  pin->kids[0] = g_strdup (kid);
  g_ptr_array_add (self->pins, pin);
  g_hash_table_insert (self->by_name, g_steal_pointer (&folded), pin);

  return TRUE;
}

/**
 * chat_pins_is_history:
 * @history: what a server calls its order
 *
 * Checks a name from a server before it is remembered.
 *
 * Returns: whether it is a name that fits into a line of the file, as all names are that an honest
 *   server gives
 */
gboolean
chat_pins_is_history (const char *history)
{
  g_return_val_if_fail (history != NULL, FALSE);

  return history[0] != '\0' && strlen (history) <= CHAT_MAX_HISTORY_NAME
         && strspn (history, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") == strlen (history);
}

static void
set_end (Pin *pin, guint at, const ChatPinEnd *end)
{
  gboolean known = end != NULL && end->history != NULL && chat_pins_is_history (end->history);

  g_free (pin->histories[at]);
  pin->histories[at] = known ? g_strdup (end->history) : NULL;
  pin->seqs[at] = known ? end->seq : 0;
}

/**
 * chat_pins_accept:
 * @self: known keys
 * @username: a name
 * @kid: the key that is to be its own from now on
 * @end: (nullable): where the key that it had until now was given up
 *
 * Of the earlier keys, at most %CHAT_MAX_EARLIER_PINS are remembered.
 */
void
chat_pins_accept (ChatPins *self, const char *username, const char *kid, const ChatPinEnd *end)
{
  char *accepted;
  guint at;
  Pin *pin;

  g_return_if_fail (self != NULL && username != NULL && kid != NULL);

  pin = find (self, username);
  if (pin == NULL)
    {
      chat_pins_learn (self, username, kid);
      return;
    }

  at = MIN (find_kid (pin, kid), MAX_KIDS - 1);
  if (at == 0)
    return;

  accepted = g_strdup (kid);
  g_free (pin->kids[at]);
  set_end (pin, at, NULL);
  for (; at > 0; at--)
    {
      pin->kids[at] = pin->kids[at - 1];
      pin->histories[at] = pin->histories[at - 1];
      pin->seqs[at] = pin->seqs[at - 1];
    }
  pin->kids[0] = accepted;
  pin->histories[0] = pin->histories[1] = NULL;
  set_end (pin, 1, end);
}

/**
 * chat_pins_find_end:
 * @self: known keys
 * @username: a name
 * @kid: a key
 * @end: (out): where it was given up; borrowed
 *
 * Finds out up to which message an earlier key was good.
 *
 * Returns: whether it is an earlier key of that name of which this is known
 */
gboolean
chat_pins_find_end (ChatPins *self, const char *username, const char *kid, ChatPinEnd *end)
{
  const Pin *pin;
  guint at;

  g_return_val_if_fail (self != NULL && username != NULL && kid != NULL && end != NULL, FALSE);

  pin = find (self, username);
  at = pin != NULL ? find_kid (pin, kid) : MAX_KIDS;
  if (at == MAX_KIDS || pin->histories[at] == NULL)
    return FALSE;
  *end = (ChatPinEnd){ .history = pin->histories[at], .seq = pin->seqs[at] };

  return TRUE;
}

/**
 * chat_pins_add_earlier:
 * @self: known keys
 * @username: a name that is known
 * @kid: a key that it had before all others
 * @end: (nullable): where it was given up
 *
 * Adds a key while a file is read.
 *
 * Returns: whether it was added; %FALSE when it is known, or there are %CHAT_MAX_EARLIER_PINS
 */
gboolean
chat_pins_add_earlier (ChatPins *self, const char *username, const char *kid,
                       const ChatPinEnd *end)
{
  guint at = 0;
  Pin *pin;

  g_return_val_if_fail (self != NULL && username != NULL && kid != NULL, FALSE);

  pin = find (self, username);
  if (pin == NULL || find_kid (pin, kid) < MAX_KIDS)
    return FALSE;
  while (at < MAX_KIDS && pin->kids[at] != NULL)
    at++;
  if (at == MAX_KIDS)
    return FALSE;
  pin->kids[at] = g_strdup (kid);
  set_end (pin, at, end);

  return TRUE;
}
