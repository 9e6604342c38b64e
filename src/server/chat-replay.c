/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-replay.h"

#include "chat-log.h"
#include "chat-room.h"

/* Nothing is read from a peer while something is replayed to it, so there is one replay at a time,
 * and the answers come in the order of the commands. The next page is fetched when the last one has
 * left: a slow reader of a long history holds a page in memory, not the history. */

#define PAGE_LIMIT 64

typedef struct
{
  ChatPeer *peer;
  gboolean is_history;
  ChatStoreQuery query;
  ChatStoreStart start; /* of a history */
  gint64 count;
  gulong drained_id;
  gulong closed_id;
} Replay;

static void replay_next_page (Replay *replay);

static Replay *
replay_new (ChatPeer *peer, gboolean is_history)
{
  Replay *replay = g_new0 (Replay, 1);

  replay->peer = g_object_ref (peer);
  replay->is_history = is_history;
  replay->query.kid = g_strdup (chat_public_key_get_id (chat_peer_get_guest (peer)->key));
  chat_peer_hold (peer, CHAT_HOLD_REPLAY);
  return replay;
}

static void
replay_stop_waiting (Replay *replay)
{
  g_clear_signal_handler (&replay->drained_id, chat_peer_get_link (replay->peer));
  g_clear_signal_handler (&replay->closed_id, chat_peer_get_link (replay->peer));
}

static void
replay_free (Replay *replay)
{
  replay_stop_waiting (replay);
  chat_peer_release (replay->peer, CHAT_HOLD_REPLAY);
  g_object_unref (replay->peer);
  g_free (replay->query.kid);
  g_free (replay);
}

static ChatStore *
replay_get_store (Replay *replay)
{
  return chat_room_get_store (chat_peer_get_room (replay->peer));
}

static void
replay_failed (Replay *replay, const GError *error)
{
  chat_log (CHAT_LOG_ERROR, "history-unreadable", "user",
            chat_peer_get_guest (replay->peer)->username, "problem", error->message, NULL);
  /* It may come back and ask again; going on would be a gap that nobody knows of. */
  chat_link_finish (chat_peer_get_link (replay->peer));
  replay_free (replay);
}

/* Nothing was sealed for a reader who is not in the seal's set, so the store gives no such post. */
static void
replay_send (Replay *replay, ChatPost *post)
{
  g_autoptr (ChatDelivery) delivery = NULL;
  g_autoptr (GRefString) encrypted_key = NULL;
  guint reader;

  if (!chat_reader_set_find (post->readers, replay->query.kid, &reader))
    return;

  chat_peer_explain (replay->peer, post, post->readers);
  delivery = chat_delivery_new (replay->is_history ? "history" : "message", post);
  encrypted_key = g_ref_string_new (post->encrypted_key);
  chat_peer_deliver (replay->peer, delivery, chat_reader_set_get_kid (post->readers, reader),
                     encrypted_key);
}

static void
replay_send_page (Replay *replay, ChatStorePage *page)
{
  for (guint i = 0; i < page->posts->len; i++)
    {
      ChatPost *post = g_ptr_array_index (page->posts, i);

      replay_send (replay, post);
      replay->query.after = post->seq;
    }

  replay->count += page->posts->len;
}

static void
replay_complete (Replay *replay, ChatStorePage *page)
{
  if (replay->is_history)
    chat_peer_take_notice (
        replay->peer,
        chat_notice_history_end (replay->count, replay->start.withheld, replay->start.more));
  else
    {
      chat_peer_take_notice (replay->peer, chat_notice_caught_up (page->last_seq, replay->count,
                                                                  page->withheld, page->lost));
      /* The store answers in order: what was stored before this page is in it or before it, and
       * what comes after has not been delivered yet. So being live from here on leaves no gap and
       * doubles nothing. */
      chat_peer_go_live (replay->peer);
    }

  replay_free (replay);
}

/* Goes on when the page has left, or ends with the connection. */
static void
drained_cb (Replay *replay)
{
  replay_stop_waiting (replay);
  replay_next_page (replay);
}

static void
closed_cb (Replay *replay)
{
  replay_free (replay);
}

static void
replay_wait (Replay *replay)
{
  ChatLink *link = chat_peer_get_link (replay->peer);

  replay->drained_id = g_signal_connect_swapped (link, "drained", G_CALLBACK (drained_cb), replay);
  replay->closed_id = g_signal_connect_swapped (link, "closed", G_CALLBACK (closed_cb), replay);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Replay *replay = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatStorePage) page = chat_store_read_finish (CHAT_STORE (source), result, &error);
  ChatPeer *peer = replay->peer;

  if (page == NULL)
    {
      replay_failed (replay, error);
      return;
    }

  replay_send_page (replay, page);
  if (chat_peer_get_state (peer) == CHAT_PEER_GONE)
    replay_free (replay);
  else if (page->complete)
    replay_complete (replay, page);
  else
    replay_wait (replay);
}

static void
replay_next_page (Replay *replay)
{
  replay->query.limit = PAGE_LIMIT;
  chat_store_read_async (replay_get_store (replay), &replay->query, NULL, page_cb, replay);
}

/**
 * chat_replay_missed:
 * @peer: a peer that has just joined
 * @since: the last number that it has seen, or -1 for none
 *
 * Sends what it missed, then `caught-up`, and makes it live.
 */
void
chat_replay_missed (ChatPeer *peer, gint64 since)
{
  ChatStore *store = chat_room_get_store (chat_peer_get_room (peer));
  Replay *replay;

  if (since < 0)
    {
      chat_peer_take_notice (peer,
                             chat_notice_caught_up (chat_store_get_last_seq (store), 0, 0, 0));
      chat_peer_go_live (peer);
      return;
    }

  replay = replay_new (peer, FALSE);
  replay->query.since = replay->query.after = since;
  replay->query.before = G_MAXINT64;
  replay_next_page (replay);
}

static void
start_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Replay *replay = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_store_find_start_finish (CHAT_STORE (source), result, &replay->start, &error))
    {
      replay_failed (replay, error);
      return;
    }

  replay->query.since = replay->query.after = replay->start.after;
  replay->query.before = replay->start.before;
  replay_next_page (replay);
}

/**
 * chat_replay_history:
 * @peer: a peer
 * @before: only messages with a smaller number; %G_MAXINT64 for all
 * @limit: how many at most
 *
 * Sends the latest messages that are sealed for the peer, then `history-end`.
 */
void
chat_replay_history (ChatPeer *peer, gint64 before, guint limit)
{
  Replay *replay = replay_new (peer, TRUE);

  replay->query.before = before;
  replay->query.limit = limit;
  chat_store_find_start_async (replay_get_store (replay), &replay->query, NULL, start_found_cb,
                               replay);
}
