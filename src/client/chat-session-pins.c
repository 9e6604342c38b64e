/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

#include "chat-limits.h"

#include <glib/gi18n-lib.h>

/* The member list comes from the server, which may lie. So each name is known by the key that it
 * had when it was first seen, here or in an earlier run. */

/* Problems: each is told once, when somebody listens */

static void
tell_problems (ChatSession *self)
{
  while (self->state == CHAT_SESSION_OPEN && self->pin_problems.length > 0)
    {
      g_autoptr (GError) error = g_queue_pop_head (&self->pin_problems);

      session_emit_problem (self, error);
    }
}

static void
note_problem (ChatSession *self, const GError *error)
{
  if (self->pin_told == NULL)
    self->pin_told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_add (self->pin_told, g_strdup (error->message)))
    g_queue_push_tail (&self->pin_problems, g_error_copy (error));
  tell_problems (self);
}

/* Loading */

static void
store_cb (ChatPins *pins, const GError *error, gpointer user_data)
{
  g_autoptr (ChatSession) self = g_object_ref (user_data);

  if (error != NULL)
    note_problem (self, error);
  if (self->pins_loaded)
    return;

  self->pins_loaded = TRUE;
  if (pins != NULL)
    {
      g_clear_pointer (&self->pins, chat_pins_free);
      self->pins = pins;
    }
  if (self->state == CHAT_SESSION_CONNECTING && self->link == NULL)
    session_go_on_connecting (self);
}

/**
 * session_pins_must_load:
 * @self: a session that begins to connect
 *
 * Reads the known keys before the first connection, so that nothing is sealed for a key that nobody
 * has looked at.
 *
 * Returns: whether session_go_on_connecting() will be called when that is done
 */
gboolean
session_pins_must_load (ChatSession *self)
{
  if (self->pins_folder == NULL || self->pins_loaded)
    return FALSE;

  if (self->pin_store == NULL)
    {
      self->pin_store = chat_pin_store_new (self->pins_folder, store_cb, self);
      chat_pin_store_load (self->pin_store);
    }

  return TRUE;
}

/**
 * session_pins_clear:
 * @self: a session that is disposed of
 *
 * Writes what is to be written.
 */
void
session_pins_clear (ChatSession *self)
{
  g_clear_pointer (&self->pin_store, chat_pin_store_free);
  g_queue_clear_full (&self->pin_problems, (GDestroyNotify)g_error_free);
  g_clear_pointer (&self->pin_told, g_hash_table_unref);
}

/* Judging */

static void
tell_that_it_is_full (ChatSession *self)
{
  g_autoptr (GError) error = g_error_new (
      G_IO_ERROR, G_IO_ERROR_NO_SPACE,
      _("The keys of %u members have been remembered in this room, and no more are: a key of "
        "somebody new that changes between two visits will not show."),
      chat_pins_get_size (self->pins));

  note_problem (self, error);
}

static void
learn (ChatSession *self, const char *username, const char *kid)
{
  if (!chat_pins_learn (self->pins, username, kid))
    tell_that_it_is_full (self);
  else if (self->pin_store != NULL)
    chat_pin_store_put (self->pin_store, username, kid, NULL);
}

static gboolean
is_own (ChatSession *self, const char *kid)
{
  return g_str_equal (kid, chat_public_key_get_id (chat_session_get_key (self)));
}

static void
judge (ChatSession *self, ChatMember *member, gboolean tell)
{
  const char *username = chat_member_get_username (member);
  const char *kid = chat_public_key_get_id (chat_member_get_key (member));
  const char *known = chat_pins_find (self->pins, username);

  if (known == NULL)
    {
      learn (self, username, kid);
      if (tell && !self->pins_empty && !is_own (self, kid))
        g_ptr_array_add (self->newcomers, g_object_ref (member));
    }
  else if (!g_str_equal (known, kid) && !is_own (self, kid))
    {
      chat_member_set_known_kid (member, known);
      if (tell)
        g_ptr_array_add (self->changed, g_object_ref (member));
    }
}

/* Whoever is in the list already has been told of. */
static gboolean
is_present (ChatSession *self, ChatMember *member)
{
  ChatMember *known = chat_member_list_find_key (
      self->members, chat_public_key_get_id (chat_member_get_key (member)));

  return known != NULL
         && g_str_equal (chat_member_get_username (known), chat_member_get_username (member));
}

/**
 * session_pins_judge:
 * @self: a session
 * @members: (element-type ChatMember): who is about to be put into the member list
 *
 * Compares their keys with those that are known. Nothing is sealed for a member whose key is
 * another one, until it is accepted.
 */
void
session_pins_judge (ChatSession *self, GPtrArray *members)
{
  /* Where nobody is known, everybody is new, and that is no news. */
  self->pins_empty = chat_pins_get_size (self->pins) == 0;
  self->newcomers_live = self->been_open;
  for (guint i = 0; i < members->len; i++)
    {
      ChatMember *member = g_ptr_array_index (members, i);

      judge (self, member, !is_present (self, member));
    }
  self->pins_empty = FALSE;
}

/**
 * session_pins_announce:
 * @self: a session
 *
 * Tells what was found out, as soon as the session is open.
 */
void
session_pins_announce (ChatSession *self)
{
  g_autoptr (GPtrArray) newcomers = NULL;
  g_autoptr (GPtrArray) changed = NULL;

  tell_problems (self);
  if (self->state != CHAT_SESSION_OPEN)
    return;

  newcomers = g_steal_pointer (&self->newcomers);
  changed = g_steal_pointer (&self->changed);
  self->newcomers = g_ptr_array_new_with_free_func (g_object_unref);
  self->changed = g_ptr_array_new_with_free_func (g_object_unref);
  if (newcomers->len > 0)
    session_emit_newcomers (self, newcomers, self->newcomers_live);
  for (guint i = 0; i < changed->len; i++)
    /* It may have been taken back, while this one was on its way. */
    if (is_present (self, g_ptr_array_index (changed, i)))
      session_emit_key_changed (self, g_ptr_array_index (changed, i));
}

/* Public functions */

/**
 * chat_session_set_pins_folder:
 * @self: a session that has not started
 * @folder: where the known keys are; see [func@room_folder_get_path]
 *
 * Without one, keys are known as long as the session lives. A folder that cannot be used does not
 * stop the session: "problem" tells of it.
 */
void
chat_session_set_pins_folder (ChatSession *self, const char *folder)
{
  g_return_if_fail (CHAT_IS_SESSION (self));
  g_return_if_fail (folder != NULL);
  g_return_if_fail (self->state == CHAT_SESSION_IDLE);

  g_free (self->pins_folder);
  self->pins_folder = g_strdup (folder);
}

/* What they have said is theirs now. */
static void
clear_doubts (ChatSession *self)
{
  GListModel *timeline = G_LIST_MODEL (self->timeline);

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (timeline, i);

      if (chat_message_get_doubt (message) != NULL
          && g_strcmp0 (chat_pins_find (self->pins, chat_message_get_author (message)),
                        chat_message_get_author_kid (message))
                 == 0)
        chat_message_set_doubt (message, NULL);
    }
}

/* The old key was not in the guest list any more, so what it had signed by then has a number by
 * now: of what was missed, that number came with the welcome. */
static ChatPinEnd
find_end (ChatSession *self)
{
  return (ChatPinEnd){
    .history = self->history,
    .seq = MAX (self->highest, self->welcomed_at),
  };
}

/**
 * chat_session_accept_key:
 * @self: a session
 * @member: a present member whose key has changed
 *
 * From now on, that is the key that one knows them by, and they can read what is written to the
 * room. A member whose key has not changed is left as they are.
 */
void
chat_session_accept_key (ChatSession *self, ChatMember *member)
{
  const char *username, *kid;
  ChatPinEnd end;

  g_return_if_fail (CHAT_IS_SESSION (self));
  g_return_if_fail (CHAT_IS_MEMBER (member));

  if (!chat_member_get_changed (member) || !is_present (self, member))
    return;

  username = chat_member_get_username (member);
  kid = chat_public_key_get_id (chat_member_get_key (member));
  end = find_end (self);
  chat_pins_accept (self->pins, username, kid, &end);
  if (self->pin_store != NULL)
    chat_pin_store_put (self->pin_store, username, kid, &end);
  chat_member_list_accept (self->members, member);
  clear_doubts (self);
  session_emit_key_accepted (self, member);
}
