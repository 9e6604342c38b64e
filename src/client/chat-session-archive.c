/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-session-private.h"

#include "chat-limits.h"
#include "chat-username.h"

#include <glib/gi18n-lib.h>

/* What a session keeps on this computer, and what it finds there. Without a folder for it, none of
 * this does anything. */

/* Reader sets that are remembered, so that messages to the same ones share them. */
#define MAX_READER_SETS 256

/* A list makes rows for what is near its end: it draws after each of the first pages. */
#define PACED_PAGES 4
#define PACE_MILLISECONDS 20

/* Errors: the chat goes on, and the person is told once */

static void
tell_problem (ChatSession *self)
{
  g_autoptr (GError) error = NULL;

  if (self->archive_error == NULL || self->state != CHAT_SESSION_OPEN)
    return;

  error = g_steal_pointer (&self->archive_error);
  session_emit_problem (self, error);
}

static void
note_problem (ChatSession *self, const GError *cause, const char *consequence)
{
  if (self->archive_error == NULL)
    {
      self->archive_error = g_error_copy (cause);
      g_prefix_error (&self->archive_error, "%s ", consequence);
    }
  tell_problem (self);
}

/* Opening */

static void
handle_opened (ChatSession *self, const ChatArchiveEvent *event)
{
  self->archive_opened = TRUE;
  self->archive_seen = event->seen;
  self->archive_read = event->read;
  if (event->history != NULL)
    {
      g_free (self->history);
      self->history = g_strdup (event->history);
      self->since = self->highest = event->seen;
    }
  /* What is loaded later stands above what comes now. */
  for (guint i = 1; i < event->n_epochs; i++)
    chat_timeline_begin_epoch (self->timeline);
  self->archive_read_epoch = chat_timeline_get_epoch (self->timeline);
  if (event->error != NULL)
    note_problem (self, event->error,
                  _("Some earlier messages cannot be shown, because of a file on this computer."));

  if (self->state == CHAT_SESSION_CONNECTING && self->link == NULL)
    session_go_on_connecting (self);
}

/* Loading: a page is read, its messages are opened and verified behind what comes from the server,
 * and the whole page is added. */

static void
remember_author (ChatSession *self, ChatPost *post)
{
  g_autoptr (ChatPublicKey) key = NULL;
  g_autoptr (ChatMember) member = NULL;
  gsize size;
  gconstpointer der;

  if (post->author_key == NULL || post->author_kid == NULL || post->from == NULL
      || !chat_username_check (post->from, NULL)
      || chat_member_list_find_author (self->members, post->author_kid, post->from) != NULL
      || chat_member_list_get_n_former (self->members) >= CHAT_MAX_MEMBERS)
    return;

  der = g_bytes_get_data (post->author_key, &size);
  key = chat_public_key_new_from_der (der, size, NULL);
  if (key == NULL || !g_str_equal (chat_public_key_get_id (key), post->author_kid))
    return;

  member = chat_member_new (post->from, key, FALSE, TRUE);
  chat_member_list_add (self->members, member);
}

/* The name of a set is its hash, so nobody can put another under the same one. */
static void
remember_readers (ChatSession *self, ChatPost *post)
{
  const char *to = chat_reader_set_get_to (post->readers);
  guint n = chat_reader_set_get_size (post->readers);
  g_autoptr (GPtrArray) kids = NULL;
  ChatCheck check = session_get_check (self);
  ChatAudience *audience;

  if (n > CHAT_MAX_READERS || g_hash_table_contains (self->archived_sets, to))
    return;

  kids = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (kids, (gpointer)chat_reader_set_get_kid (post->readers, i));
  g_ptr_array_add (kids, NULL);
  audience = chat_check_make_audience (&check, to, (const char *const *)kids->pdata);
  if (audience != NULL)
    g_hash_table_insert (self->archived_sets, g_strdup (to), audience);
}

/* messages: NULL: there are no more. */
static void
note_loaded (ChatSession *self, GPtrArray *messages)
{
  if (self->read_found || (messages != NULL && messages->len == 0))
    return;

  self->read_found =
      messages == NULL || !chat_session_is_unread (self, g_ptr_array_index (messages, 0));
  if (self->read_found)
    session_emit_archive_loaded (self);
}

static void
finish_loading (ChatSession *self)
{
  g_autoptr (GError) error = NULL;

  note_loaded (self, NULL);

  g_hash_table_remove_all (self->archived_sets);
  if (self->n_unverifiable == 0)
    return;

  error = g_error_new (
      G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      ngettext ("%u message in the archive “%s” could not be verified, and is not shown: it was "
                "damaged or changed by another program. To begin a new archive, move this folder "
                "away.",
                "%u messages in the archive “%s” could not be verified, and are not shown: they "
                "were damaged or changed by another program. To begin a new archive, move this "
                "folder away.",
                self->n_unverifiable),
      self->n_unverifiable, self->archive_folder);
  session_emit_problem (self, error);
}

static void
handle_page (ChatSession *self, const ChatArchiveEvent *event)
{
  if (event->error != NULL)
    note_problem (self, event->error,
                  _("Some earlier messages cannot be shown, because of a file on this computer."));
  if (event->posts == NULL)
    {
      finish_loading (self);
      return;
    }

  /* Not within a page, for its messages are verified after all of it was looked at. */
  if (g_hash_table_size (self->archived_sets) >= MAX_READER_SETS)
    g_hash_table_remove_all (self->archived_sets);
  self->page_epoch = event->epoch;
  self->page_left = event->posts->len;
  for (guint i = 0; i < event->posts->len; i++)
    {
      ChatPost *post = g_ptr_array_index (event->posts, i);

      remember_author (self, post);
      remember_readers (self, post);
      chat_inbox_push_post (self->inbox, post);
    }
}

static void
stop_pausing (ChatSession *self)
{
  if (self->reading_on != NULL)
    g_source_destroy (self->reading_on);
  g_clear_pointer (&self->reading_on, g_source_unref);
}

static gboolean
read_on_cb (gpointer user_data)
{
  ChatSession *self = user_data;

  stop_pausing (self);
  chat_archive_read_next (self->archive);

  return G_SOURCE_REMOVE;
}

static void
read_on (ChatSession *self)
{
  if (self->n_pages++ >= PACED_PAGES)
    {
      chat_archive_read_next (self->archive);
      return;
    }

  self->reading_on = g_timeout_source_new (PACE_MILLISECONDS);
  g_source_set_callback (self->reading_on, read_on_cb, self, NULL);
  g_source_attach (self->reading_on, g_main_context_get_thread_default ());
}

static void
add_page (ChatSession *self)
{
  g_autoptr (GPtrArray) page = g_steal_pointer (&self->page);
  gboolean all;

  self->page = g_ptr_array_new_with_free_func (g_object_unref);
  all = chat_timeline_add_batch (self->timeline, page, self->page_epoch);
  note_loaded (self, page);
  if (self->archive == NULL)
    return;
  if (all)
    read_on (self);
  else
    finish_loading (self);
}

/**
 * session_archive_handle_opened:
 * @self: a session
 * @inbound: an opened message of the archive, or that it could not be opened
 *
 * What does not pass all checks is not shown: unlike what comes from the server, nobody sent it.
 */
void
session_archive_handle_opened (ChatSession *self, const ChatInbound *inbound)
{
  ChatCheck check = session_get_check (self);
  g_autoptr (ChatMessage) message = NULL;

  check.announced = self->archived_sets;
  check.live = FALSE;
  /* Of the other files, the names are not known here. */
  if (self->page_epoch != chat_timeline_get_epoch (self->timeline))
    check.history = NULL;
  if (inbound->delivery != NULL)
    message = chat_check_delivery (&check, inbound->delivery);
  if (message != NULL && chat_message_get_state (message) != CHAT_MESSAGE_UNVERIFIED)
    g_ptr_array_add (self->page, g_steal_pointer (&message));
  else
    self->n_unverifiable++;

  if (--self->page_left == 0)
    add_page (self);
}

/**
 * session_archive_load:
 * @self: a session that is open, and so knows who is in the room
 *
 * Begins to load, once.
 */
void
session_archive_load (ChatSession *self)
{
  tell_problem (self);
  if (self->archive == NULL || self->loading)
    return;

  self->loading = TRUE;
  chat_archive_read_next (self->archive);
}

static void
event_cb (const ChatArchiveEvent *event, gpointer user_data)
{
  g_autoptr (ChatSession) self = g_object_ref (user_data);

  if (event->has_room)
    session_flow_update (self);

  switch (event->kind)
    {
    case CHAT_ARCHIVE_CAUGHT_UP:
      break;
    case CHAT_ARCHIVE_OPENED:
      handle_opened (self, event);
      break;
    case CHAT_ARCHIVE_PAGE:
      handle_page (self, event);
      break;
    case CHAT_ARCHIVE_FAILED:
    default:
      note_problem (self, event->error,
                    _("From now on, messages are not kept on this computer."));
    }
}

/**
 * session_archive_must_open:
 * @self: a session that begins to connect
 *
 * Opens the archive before the first connection: the server is to be told what has been seen.
 *
 * Returns: whether session_go_on_connecting() will be called when that is done
 */
gboolean
session_archive_must_open (ChatSession *self)
{
  if (self->archive_folder == NULL || self->archive_opened)
    return FALSE;

  if (self->archive == NULL)
    {
      self->sealed =
          g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)chat_post_unref);
      self->reader_sets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                 (GDestroyNotify)chat_reader_set_unref);
      self->announced_sets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                    (GDestroyNotify)chat_reader_set_unref);
      self->archived_sets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                   (GDestroyNotify)chat_audience_unref);
      self->page = g_ptr_array_new_with_free_func (g_object_unref);
      self->archive = chat_archive_new (self->archive_folder, self->key, event_cb, self);
      chat_archive_open (self->archive);
    }

  return TRUE;
}

/**
 * session_archive_clear:
 * @self: a session that is disposed of
 *
 * Writes what is to be written.
 */
void
session_archive_clear (ChatSession *self)
{
  stop_pausing (self);
  g_clear_pointer (&self->archive, chat_archive_free);
  g_clear_object (&self->draft);
  g_clear_pointer (&self->sealed, g_hash_table_unref);
  g_clear_pointer (&self->reader_sets, g_hash_table_unref);
  g_clear_pointer (&self->announced_sets, g_hash_table_unref);
  g_clear_pointer (&self->archived_sets, g_hash_table_unref);
  g_clear_pointer (&self->page, g_ptr_array_unref);
}

/* Keeping */

/**
 * session_archive_begin:
 * @self: a session that is welcomed, with its history
 * @again: the store was put back from a backup
 */
void
session_archive_begin (ChatSession *self, gboolean again)
{
  if (self->archive == NULL)
    return;

  self->archive_seen = self->archive_marked = 0;
  chat_archive_begin (self->archive, self->history, again);
}

static void
remember_set (ChatSession *self, ChatReaderSet *set)
{
  if (g_hash_table_size (self->reader_sets) >= MAX_READER_SETS)
    g_hash_table_remove_all (self->reader_sets);
  g_hash_table_replace (self->reader_sets, (gpointer)chat_reader_set_get_to (set), set);
}

/**
 * session_archive_note_readers:
 * @self: a session
 * @notice: a notice `readers` with a set that contains us
 */
void
session_archive_note_readers (ChatSession *self, const ChatNotice *notice)
{
  if (self->archive != NULL)
    {
      ChatReaderSet *set = chat_reader_set_new ((const char *const *)notice->kids,
                                                g_strv_length (notice->kids));

      g_hash_table_replace (self->announced_sets, (gpointer)chat_reader_set_get_to (set), set);
    }
}

/**
 * session_archive_forget_readers:
 * @self: a session whose connection has ended, and with it what was announced
 */
void
session_archive_forget_readers (ChatSession *self)
{
  if (self->archive != NULL)
    g_hash_table_remove_all (self->announced_sets);
}

static gboolean
try_set (ChatSession *self, const char *const *kids, guint n_kids, const char *to)
{
  g_autoptr (ChatReaderSet) set = chat_reader_set_new (kids, n_kids);

  if (!g_str_equal (chat_reader_set_get_to (set), to))
    return FALSE;

  remember_set (self, chat_reader_set_ref (set));
  return TRUE;
}

/* The set of a message that passed its check: one of three, or announced. */
static ChatReaderSet *
find_set (ChatSession *self, const char *to, const char *author_kid)
{
  const char *own_kid = chat_public_key_get_id (chat_session_get_key (self));
  const char *two[] = { own_kid, author_kid };
  g_autoptr (ChatAudience) room = NULL;
  g_autoptr (GPtrArray) kids = NULL;
  GPtrArray *keys;
  ChatReaderSet *announced = g_hash_table_lookup (self->announced_sets, to);

  if (announced != NULL)
    return announced;
  if (!g_hash_table_contains (self->reader_sets, to))
    {
      room = chat_member_list_get_room (self->members);
      keys = chat_audience_get_keys (room);
      kids = g_ptr_array_new ();
      for (guint i = 0; i < keys->len; i++)
        g_ptr_array_add (kids, (gpointer)chat_public_key_get_id (g_ptr_array_index (keys, i)));
      if (!try_set (self, (const char *const *)kids->pdata, kids->len, to)
          && !try_set (self, two, 2, to))
        try_set (self, two, 1, to);
    }

  return g_hash_table_lookup (self->reader_sets, to);
}

/**
 * session_archive_keep:
 * @self: a session
 * @post: a message that passed its check
 * @to: the hash of its readers
 */
void
session_archive_keep (ChatSession *self, ChatPost *post, const char *to)
{
  ChatReaderSet *readers;

  if (self->archive == NULL)
    return;

  readers = find_set (self, to, post->author_kid);
  if (readers == NULL)
    return;

  post->readers = chat_reader_set_ref (readers);
  chat_archive_keep (self->archive, post);
}

/**
 * session_archive_keep_own:
 * @self: a session
 * @message: one of ours that the server has stored
 * @seq: its number
 * @at: when it was stored
 */
void
session_archive_keep_own (ChatSession *self, ChatMessage *message, gint64 seq, gint64 at)
{
  const char *mid = chat_message_get_mid (message);
  g_autoptr (ChatPost) post = NULL;
  g_autofree char *key = NULL;

  if (self->archive == NULL || mid == NULL
      || !g_hash_table_steal_extended (self->sealed, mid, (gpointer *)&key, (gpointer *)&post))
    return;

  post->seq = seq;
  post->at = at;
  chat_archive_keep (self->archive, post);
}

/**
 * session_archive_note_seen:
 * @self: a session whose `since` may have changed, after what it covers was kept
 */
void
session_archive_note_seen (ChatSession *self)
{
  if (self->archive == NULL || self->since == self->archive_seen)
    return;

  self->archive_seen = self->since;
  chat_archive_mark_seen (self->archive, self->since);
}

/* Public functions */

/**
 * chat_session_set_archive_folder:
 * @self: a session that has not started
 * @folder: where to keep what is said, sealed; see [func@room_folder_get_path]
 *
 * Messages are kept as they came and can only be opened with the member's private key. When the
 * session is open, those of earlier sessions are loaded into the timeline, the latest first; they
 * are not "delivered". The server is asked for what was missed since the last one.
 *
 * A folder that cannot be used does not stop the session: "problem" tells of it.
 */
void
chat_session_set_archive_folder (ChatSession *self, const char *folder)
{
  g_return_if_fail (CHAT_IS_SESSION (self));
  g_return_if_fail (folder != NULL);
  g_return_if_fail (self->state == CHAT_SESSION_IDLE);

  g_free (self->archive_folder);
  self->archive_folder = g_strdup (folder);
  g_clear_object (&self->draft);
  self->draft = chat_draft_new (folder, self->key);
}

/**
 * chat_session_get_draft:
 * @self: a session
 *
 * Gives the draft of this room, which [method@Session.set_archive_folder] makes.
 *
 * Returns: (transfer none) (nullable): what the person is about to say; %NULL without a folder for
 *   it
 */
ChatDraft *
chat_session_get_draft (ChatSession *self)
{
  g_return_val_if_fail (CHAT_IS_SESSION (self), NULL);

  return self->draft;
}

/**
 * chat_session_mark_read:
 * @self: a session
 * @message: the last one that the person has seen
 *
 * Notes that this message and all before it were seen. It is remembered only with an archive.
 */
void
chat_session_mark_read (ChatSession *self, ChatMessage *message)
{
  gint64 seq;

  g_return_if_fail (CHAT_IS_SESSION (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  seq = chat_message_get_seq (message);
  if (self->archive == NULL || seq == 0 || seq == self->archive_marked
      || chat_message_get_epoch (message) != chat_timeline_get_epoch (self->timeline))
    return;

  self->archive_marked = seq;
  chat_archive_mark_read (self->archive, seq);
}

/**
 * chat_session_is_unread:
 * @self: a session
 * @message: a message of its timeline
 *
 * Finds the place of the line between old and new.
 *
 * Returns: whether somebody wrote it, and the person had not seen it when the session started;
 *   %FALSE where that is not known
 */
gboolean
chat_session_is_unread (ChatSession *self, ChatMessage *message)
{
  guint epoch;

  g_return_val_if_fail (CHAT_IS_SESSION (self), FALSE);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), FALSE);

  if (self->archive_read == 0 || chat_message_get_own (message))
    return FALSE;

  epoch = chat_message_get_epoch (message);
  return epoch != self->archive_read_epoch ? epoch > self->archive_read_epoch
                                           : chat_message_get_seq (message) > self->archive_read;
}
