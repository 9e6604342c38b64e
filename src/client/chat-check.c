/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-check.h"

#include "chat-reader-set.h"

#include <glib/gi18n-lib.h>

/* `to` must name one of three sets that contain the reader. */
static ChatAudience *
find_readers (const ChatCheck *self, const char *to, ChatMember *author)
{
  g_autoptr (ChatAudience) room = chat_member_list_get_room (self->members);
  g_autoptr (ChatAudience) direct = NULL;
  g_autofree char *alone = NULL;
  ChatAudience *announced;

  if (g_str_equal (chat_audience_get_to (room), to))
    return g_steal_pointer (&room);

  direct = chat_member_list_get_direct (self->members, author);
  if (g_str_equal (chat_audience_get_to (direct), to))
    return g_steal_pointer (&direct);

  alone = chat_reader_set_hash (&self->own_kid, 1);
  if (g_str_equal (alone, to))
    {
      const char *names[] = { chat_member_get_username (author), NULL };

      return chat_audience_new (CHAT_AUDIENCE_DIRECT, to, names, NULL);
    }

  announced = g_hash_table_lookup (self->announced, to);
  return announced != NULL ? chat_audience_ref (announced) : NULL;
}

/* The names of a set with the reader's own last: the other of a direct message comes first. */
static char **
dup_names_own_last (const ChatCheck *self, ChatAudience *readers)
{
  g_autofree char *own = chat_member_list_dup_name (self->members, self->own_kid);
  const char *const *names = chat_audience_get_names (readers);
  GPtrArray *sorted = g_ptr_array_new ();

  gboolean has_own = FALSE;

  for (guint i = 0; names[i] != NULL; i++)
    if (!has_own && g_str_equal (names[i], own))
      has_own = TRUE;
    else
      g_ptr_array_add (sorted, g_strdup (names[i]));
  if (has_own)
    g_ptr_array_add (sorted, g_steal_pointer (&own));
  g_ptr_array_add (sorted, NULL);

  return (char **) g_ptr_array_free (sorted, FALSE);
}

/* Who the readers are is proven by the set; whether it was said to the room or in private is the
 * author's word, because in a room of two, and after somebody has joined, the set does not tell. */
static ChatAudience *
find_audience (const ChatCheck *self, const ChatClaims *claims, ChatMember *author)
{
  g_autoptr (ChatAudience) readers = find_readers (self, claims->to, author);
  g_autoptr (ChatAudience) room = chat_member_list_get_room (self->members);
  g_auto (GStrv) names = NULL;
  ChatAudienceKind kind = CHAT_AUDIENCE_OTHERS;

  if (readers == NULL)
    return NULL;

  if (claims->direct)
    kind = CHAT_AUDIENCE_DIRECT;
  else if (g_str_equal (chat_audience_get_to (room), claims->to))
    kind = CHAT_AUDIENCE_ROOM;
  if (chat_audience_get_kind (readers) == kind)
    return g_steal_pointer (&readers);

  names = dup_names_own_last (self, readers);
  return chat_audience_new (kind, claims->to, (const char *const *) names, NULL);
}

static const char *
find_problem (const ChatCheck *self, const ChatDelivery *delivery, ChatAudience **audience)
{
  const ChatClaims *claims = delivery->claims;
  ChatMember *author;

  if (claims == NULL)
    return delivery->problem;
  if (!g_str_equal (claims->aud, self->server_kid))
    return _("it was written for another server");
  if (g_strcmp0 (claims->jti, delivery->mid) != 0)
    return _("it does not carry the id that its author gave it");

  author = chat_member_list_find_author (self->members, claims->iss, delivery->from);
  if (author == NULL)
    return _("it was not signed by the one from whom the server says it is");

  *audience = find_audience (self, claims, author);
  if (*audience == NULL)
    return _("it was written for other readers, and has been passed on");

  return NULL;
}

/* What a former key signed is its owner's as long as it was theirs. An honest server takes nothing
 * from a key that has been replaced, so what it has taken later is from somebody else. The time
 * under the signature proves nothing: whoever has the key can write any. */
static gboolean
has_come_too_late (const ChatCheck *self, const ChatDelivery *delivery)
{
  ChatPinEnd end;

  if (self->live && !delivery->history)
    return TRUE;

  return chat_pins_find_end (self->pins, delivery->from, delivery->claims->iss, &end)
         && g_strcmp0 (end.history, self->history) == 0 && delivery->seq > end.seq;
}

/* It is the author's if the member list is right about the key, which is the server's word. */
static char *
find_doubt (const ChatCheck *self, const ChatDelivery *delivery)
{
  const char *kid = delivery->claims->iss;
  const char *known = self->pins != NULL ? chat_pins_find (self->pins, delivery->from) : NULL;
  gboolean is_former = known != NULL && chat_pins_knows (self->pins, delivery->from, kid);

  if (known == NULL || g_str_equal (kid, self->own_kid) || g_str_equal (kid, known)
      || (is_former && !has_come_too_late (self, delivery)))
    return NULL;

  if (chat_member_list_find_key (self->members, kid) != NULL)
    /* TRANSLATORS: the end of a sentence, after a colon; a username */
    return g_strdup_printf (_("it is signed with a new key of %s that you have not accepted"),
                            delivery->from);
  if (is_former)
    /* TRANSLATORS: the end of a sentence, after a colon; a username */
    return g_strdup_printf (_("it is signed with a former key of %s, but was sent after you had "
                              "accepted another one"),
                            delivery->from);
  /* TRANSLATORS: the end of a sentence, after a colon; a username */
  return g_strdup_printf (_("it is signed with a former key of %s that you have never seen"),
                          delivery->from);
}

/**
 * chat_check_delivery:
 * @self: what the reader knows
 * @delivery: an opened delivery
 *
 * Decides whether a delivery is what its author said to these readers.
 *
 * Returns: (transfer full): a message; one that fails a check has no text, only a problem
 */
ChatMessage *
chat_check_delivery (const ChatCheck *self, const ChatDelivery *delivery)
{
  g_autoptr (ChatAudience) audience = NULL;
  g_autofree char *doubt = NULL;
  ChatMessageFacts facts = { 0 };

  g_return_val_if_fail (self != NULL && delivery != NULL, NULL);

  facts.from = delivery->from;
  facts.seq = delivery->seq;
  facts.at = delivery->at;
  facts.problem = find_problem (self, delivery, &audience);
  if (facts.problem == NULL)
    {
      facts.mid = delivery->mid;
      facts.author_kid = delivery->claims->iss;
      facts.sent = delivery->claims->iat;
      facts.text = delivery->claims->text;
      facts.audience = audience;
      facts.doubt = doubt = find_doubt (self, delivery);
      facts.own = g_str_equal (delivery->claims->iss, self->own_kid);
    }

  return chat_message_new_received (&facts);
}

/**
 * chat_check_make_audience:
 * @self: what the reader knows
 * @to: the hash of the set
 * @kids: the readers' keys
 *
 * A set that the server announces: of another day's members, or a direct message of our own.
 *
 * Returns: (transfer full) (nullable): the audience; %NULL when the reader is not in it
 */
ChatAudience *
chat_check_make_audience (const ChatCheck *self, const char *to, const char *const *kids)
{
  g_autoptr (GPtrArray) names = NULL;

  g_return_val_if_fail (self != NULL && to != NULL && kids != NULL, NULL);

  if (!g_strv_contains (kids, self->own_kid))
    return NULL;

  names = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; kids[i] != NULL; i++)
    if (!g_str_equal (kids[i], self->own_kid))
      g_ptr_array_add (names, chat_member_list_dup_name (self->members, kids[i]));
  /* The other comes first, who then is the peer of a direct message. */
  g_ptr_array_add (names, chat_member_list_dup_name (self->members, self->own_kid));
  g_ptr_array_add (names, NULL);

  return chat_audience_new (CHAT_AUDIENCE_OTHERS, to, (const char *const *) names->pdata, NULL);
}
