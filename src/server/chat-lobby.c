/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-lobby.h"

#include "chat-limits.h"
#include "chat-rate-limit.h"

/* Of an IPv6 address only the network counts: who has one address has 2^64 of them. */
#define IPV6_NETWORK_SIZE 8
#define IPV4_MAPPED_OFFSET 12

typedef struct
{
  char *name;      /* the key in the hash table, which owns it */
  GQueue visitors; /* (element-type Place), borrowed: the one who came first is its head */
} Origin;

typedef struct
{
  gpointer visitor;
  Origin *origin;
  guint64 number;
  GList link; /* in the origin's queue */
} Place;

struct _ChatLobby
{
  guint max_visitors, max_per_origin;
  guint64 next_number;
  GHashTable *places;  /* visitor to Place */
  GHashTable *origins; /* name to Origin */
  ChatRateLimit log_limit;
  guint n_unlogged;
};

static void
origin_free (gpointer data)
{
  Origin *origin = data;

  g_free (origin->name);
  g_free (origin);
}

/**
 * chat_lobby_new:
 * @max_visitors: how many there may be
 * @max_per_origin: how many of them from one place
 *
 * Returns: (transfer full): an empty lobby
 */
ChatLobby *
chat_lobby_new (guint max_visitors, guint max_per_origin)
{
  ChatLobby *self = g_new0 (ChatLobby, 1);

  self->max_visitors = max_visitors;
  self->max_per_origin = max_per_origin;
  self->places = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->origins = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, origin_free);
  chat_rate_limit_init (&self->log_limit, CHAT_STRANGER_LINES_PER_SECOND, g_get_monotonic_time ());
  return self;
}

/**
 * chat_lobby_set_limits:
 * @self: a lobby
 * @max_visitors: how many there may be
 * @max_per_origin: how many of them from one place
 *
 * Nobody has to go for it: it holds for those who come.
 */
void
chat_lobby_set_limits (ChatLobby *self, guint max_visitors, guint max_per_origin)
{
  self->max_visitors = max_visitors;
  self->max_per_origin = max_per_origin;
}

/**
 * chat_lobby_free:
 * @self: (transfer full): a lobby
 */
void
chat_lobby_free (ChatLobby *self)
{
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->origins);
  g_free (self);
}

/* "::ffff:192.0.2.7" is the same computer as "192.0.2.7": a socket that listens on "::" sees it so.
 */
static GInetAddress *
dup_plain_address (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return g_object_ref (address);
  for (guint i = 0; i < IPV4_MAPPED_OFFSET; i++)
    if (bytes[i] != (i < 10 ? 0 : 0xff))
      return g_object_ref (address);

  return g_inet_address_new_from_bytes (bytes + IPV4_MAPPED_OFFSET, G_SOCKET_FAMILY_IPV4);
}

/**
 * chat_lobby_dup_origin:
 * @address: (nullable): where a connection comes from
 *
 * Returns: (transfer full): what it is counted by: the IPv4 address, or the first 64 bits of the
 *   IPv6 address
 */
char *
chat_lobby_dup_origin (GSocketAddress *address)
{
  g_autoptr (GInetAddress) plain = NULL;
  g_autoptr (GInetAddress) network = NULL;
  guint8 bytes[16] = { 0 };
  g_autofree char *text = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("unknown");

  plain = dup_plain_address (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
  if (g_inet_address_get_family (plain) == G_SOCKET_FAMILY_IPV4)
    return g_inet_address_to_string (plain);

  memcpy (bytes, g_inet_address_to_bytes (plain), IPV6_NETWORK_SIZE);
  network = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
  text = g_inet_address_to_string (network);
  return g_strconcat (text, "/64", NULL);
}

/**
 * chat_lobby_enter:
 * @self: a lobby
 * @visitor: somebody who is not in it; borrowed until they leave
 * @origin: where they come from
 */
void
chat_lobby_enter (ChatLobby *self, gpointer visitor, const char *origin)
{
  Origin *from = g_hash_table_lookup (self->origins, origin);
  Place *place = g_new0 (Place, 1);

  if (from == NULL)
    {
      from = g_new0 (Origin, 1);
      from->name = g_strdup (origin);
      g_queue_init (&from->visitors);
      g_hash_table_insert (self->origins, from->name, from);
    }

  place->visitor = visitor;
  place->origin = from;
  place->number = self->next_number++;
  place->link.data = place;
  g_queue_push_tail_link (&from->visitors, &place->link);
  g_hash_table_insert (self->places, visitor, place);
}

/**
 * chat_lobby_leave:
 * @self: a lobby
 * @visitor: somebody; nothing happens when they are not in it
 */
void
chat_lobby_leave (ChatLobby *self, gpointer visitor)
{
  Place *place = g_hash_table_lookup (self->places, visitor);
  Origin *from;

  if (place == NULL)
    return;

  from = place->origin;
  g_queue_unlink (&from->visitors, &place->link);
  g_hash_table_remove (self->places, visitor);
  if (from->visitors.length == 0)
    g_hash_table_remove (self->origins, from->name);
}

static guint64
get_first_number (Origin *origin)
{
  return ((Place *) g_queue_peek_head (&origin->visitors))->number;
}

static gpointer
get_first_visitor (Origin *origin)
{
  return ((Place *) g_queue_peek_head (&origin->visitors))->visitor;
}

/**
 * chat_lobby_get_victim:
 * @self: a lobby
 *
 * Who has to go when there is no room: of the origin that takes up the most of it the one who has
 * been there for the longest. So a crowd from a few addresses pushes out its own, and not the one
 * who comes alone.
 *
 * Returns: (transfer none) (nullable): a visitor; %NULL in an empty lobby
 */
gpointer
chat_lobby_get_victim (ChatLobby *self)
{
  GHashTableIter iter;
  gpointer value;
  Origin *most = NULL;

  g_hash_table_iter_init (&iter, self->origins);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Origin *origin = value;

      if (most == NULL || origin->visitors.length > most->visitors.length
          || (origin->visitors.length == most->visitors.length
              && get_first_number (origin) < get_first_number (most)))
        most = origin;
    }

  return most != NULL ? get_first_visitor (most) : NULL;
}

/**
 * chat_lobby_get_surplus:
 * @self: a lobby
 * @origin: where somebody comes from who wants to enter
 *
 * Returns: (transfer none) (nullable): who has to go before; %NULL when there is room
 */
gpointer
chat_lobby_get_surplus (ChatLobby *self, const char *origin)
{
  Origin *from = g_hash_table_lookup (self->origins, origin);

  if (from != NULL && from->visitors.length >= self->max_per_origin)
    return get_first_visitor (from);

  return g_hash_table_size (self->places) >= self->max_visitors ? chat_lobby_get_victim (self)
                                                                : NULL;
}

/**
 * chat_lobby_get_size:
 * @self: a lobby
 *
 * Returns: how many are in it
 */
guint
chat_lobby_get_size (ChatLobby *self)
{
  return g_hash_table_size (self->places);
}

/**
 * chat_lobby_may_log:
 * @self: a lobby
 * @now: monotonic time in microseconds
 * @n_unlogged: (out): how many lines were left out since the last one, when this one is written
 *
 * Strangers must not fill the disk with lines about them.
 *
 * Returns: whether a line about a stranger may be written now
 */
gboolean
chat_lobby_may_log (ChatLobby *self, gint64 now, guint *n_unlogged)
{
  if (chat_rate_limit_take (&self->log_limit, 0, now) > 0)
    {
      self->n_unlogged++;
      return FALSE;
    }

  chat_rate_limit_take (&self->log_limit, 1, now);
  *n_unlogged = self->n_unlogged;
  self->n_unlogged = 0;
  return TRUE;
}
