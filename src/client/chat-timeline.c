/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-timeline.h"

#include "chat-limits.h"

struct _ChatTimeline
{
  GObject parent_instance;

  GSequence *messages; /* sorted by compare_messages () */
  GHashTable *by_mid;  /* "author-kid mid" → GSequenceIter */
  GHashTable *by_seq;  /* seq in this epoch → GSequenceIter; the keys are owned */
  guint epoch;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatTimeline, chat_timeline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/**
 * chat_timeline_new:
 *
 * Makes the list in which the first message will be the first.
 *
 * Returns: (transfer full): an empty timeline
 */
ChatTimeline *
chat_timeline_new (void)
{
  return g_object_new (CHAT_TYPE_TIMELINE, NULL);
}

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  return (guint)g_sequence_get_length (CHAT_TIMELINE (model)->messages);
}

static gpointer
get_item (GListModel *model, guint position)
{
  GSequence *messages = CHAT_TIMELINE (model)->messages;

  /* Past the end, g_sequence_get_iter_at_pos () gives the end. */
  if (position >= (guint)g_sequence_get_length (messages))
    return NULL;

  return g_object_ref (g_sequence_get (g_sequence_get_iter_at_pos (messages, (int)position)));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
chat_timeline_finalize (GObject *object)
{
  ChatTimeline *self = CHAT_TIMELINE (object);

  g_clear_pointer (&self->by_mid, g_hash_table_unref);
  g_clear_pointer (&self->by_seq, g_hash_table_unref);
  g_clear_pointer (&self->messages, g_sequence_free);

  G_OBJECT_CLASS (chat_timeline_parent_class)->finalize (object);
}

static void
chat_timeline_class_init (ChatTimelineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_timeline_finalize;
}

static void
chat_timeline_init (ChatTimeline *self)
{
  self->messages = g_sequence_new (g_object_unref);
  self->by_mid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_seq = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

#define COMPARE(x, y) (((x) > (y)) - ((x) < (y)))

static int
compare_messages (gconstpointer a, gconstpointer b, gpointer user_data)
{
  ChatMessage *first = (ChatMessage *)a, *second = (ChatMessage *)b;
  gint64 first_seq = chat_message_get_seq (first), second_seq = chat_message_get_seq (second);
  guint first_epoch = chat_message_get_epoch (first);
  guint second_epoch = chat_message_get_epoch (second);

  /* Without a number: at the end, in the order in which they were written. */
  if (first_seq == 0 || second_seq == 0)
    return first_seq == second_seq
               ? COMPARE (chat_message_get_serial (first), chat_message_get_serial (second))
               : COMPARE (first_seq == 0, second_seq == 0);
  if (first_epoch != second_epoch)
    return COMPARE (first_epoch, second_epoch);

  return COMPARE (first_seq, second_seq);
}

static char *
mid_key (ChatMessage *message)
{
  const char *kid = chat_message_get_author_kid (message);
  const char *mid = chat_message_get_mid (message);

  /* Only a verified author makes an id meaningful. */
  return kid != NULL && mid != NULL ? g_strconcat (kid, " ", mid, NULL) : NULL;
}

static void
remember (ChatTimeline *self, ChatMessage *message, GSequenceIter *iter)
{
  char *mid = mid_key (message);
  gint64 seq = chat_message_get_seq (message);

  if (mid != NULL)
    g_hash_table_replace (self->by_mid, mid, iter);
  if (seq != 0 && chat_message_get_epoch (message) == self->epoch)
    g_hash_table_replace (self->by_seq, g_memdup2 (&seq, sizeof seq), iter);
}

static void
forget (ChatTimeline *self, ChatMessage *message, GSequenceIter *iter)
{
  g_autofree char *mid = mid_key (message);
  gint64 seq = chat_message_get_seq (message);

  if (mid != NULL)
    g_hash_table_remove (self->by_mid, mid);
  /* Two messages may have had the same number. */
  if (chat_message_get_epoch (message) == self->epoch
      && g_hash_table_lookup (self->by_seq, &seq) == iter)
    g_hash_table_remove (self->by_seq, &seq);
}

/* The number is the server's word, and the same one may be given twice, when its database was put
 * back from a backup: it makes no copy of a message whose author says that it is another. */
static GSequenceIter *
find_copy (ChatTimeline *self, ChatMessage *message)
{
  g_autofree char *mid = mid_key (message);
  gint64 seq = chat_message_get_seq (message);
  GSequenceIter *iter = NULL;
  g_autofree char *other = NULL;

  if (mid != NULL)
    iter = g_hash_table_lookup (self->by_mid, mid);
  if (iter != NULL || seq == 0)
    return iter;

  iter = g_hash_table_lookup (self->by_seq, &seq);
  if (iter != NULL)
    other = mid_key (g_sequence_get (iter));

  return mid == NULL || other == NULL ? iter : NULL;
}

/* Frees the place of the oldest that has come or failed. Ours on its way is not let go. */
static void
make_room (ChatTimeline *self)
{
  GSequenceIter *iter = g_sequence_get_begin_iter (self->messages);
  guint position;

  while (!g_sequence_iter_is_end (iter)
         && chat_message_get_state (g_sequence_get (iter)) == CHAT_MESSAGE_SENDING)
    iter = g_sequence_iter_next (iter);
  if (g_sequence_iter_is_end (iter))
    return;

  position = (guint)g_sequence_iter_get_position (iter);
  forget (self, g_sequence_get (iter), iter);
  g_sequence_remove (iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* What could not be verified becomes what can be: somebody had damaged it on its way. */
static void
replace (ChatTimeline *self, GSequenceIter *iter, ChatMessage *message)
{
  forget (self, g_sequence_get (iter), iter);
  chat_message_set_epoch (message, self->epoch);
  g_sequence_set (iter, g_object_ref (message));
  remember (self, message, iter);
  g_list_model_items_changed (G_LIST_MODEL (self), (guint)g_sequence_iter_get_position (iter), 1,
                              1);
}

static gboolean
is_verified (ChatMessage *message)
{
  return chat_message_get_state (message) != CHAT_MESSAGE_UNVERIFIED;
}

/**
 * chat_timeline_add:
 * @self: a timeline
 * @message: a message that came, or that is to be sent
 * @is_new: (out) (optional): whether it was not there before
 *
 * A message is there once, however often it comes: live, caught up, in history, as the echo of an
 * own one whose acknowledgement was lost. The same author and id make it the same; where one of the
 * two could not be verified, the same number does, and the one that could be stays.
 *
 * At most %CHAT_MAX_TIMELINE are kept: the oldest gives way.
 *
 * Returns: (transfer none): @message, or the one that was already there
 */
ChatMessage *
chat_timeline_add (ChatTimeline *self, ChatMessage *message, gboolean *is_new)
{
  GSequenceIter *iter;
  ChatMessage *copy;
  gboolean is_better;

  g_return_val_if_fail (CHAT_IS_TIMELINE (self), NULL);
  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  iter = find_copy (self, message);
  copy = iter != NULL ? g_sequence_get (iter) : NULL;
  is_better = copy != NULL && is_verified (message) && !is_verified (copy);
  if (is_new != NULL)
    *is_new = copy == NULL || is_better;
  if (is_better)
    replace (self, iter, message);
  if (copy != NULL)
    return is_better ? message : copy;

  if (g_sequence_get_length (self->messages) >= CHAT_MAX_TIMELINE)
    make_room (self);
  chat_message_set_epoch (message, self->epoch);
  iter = g_sequence_insert_sorted (self->messages, g_object_ref (message), compare_messages, NULL);
  remember (self, message, iter);
  g_list_model_items_changed (G_LIST_MODEL (self), (guint)g_sequence_iter_get_position (iter), 0,
                              1);

  return message;
}

/* Where a copy of a message from an archive stands; what has a number of another epoch is only
 * known by its author and id. */
static GSequenceIter *
find_copy_in (ChatTimeline *self, ChatMessage *message, guint epoch)
{
  g_autofree char *mid = mid_key (message);

  if (epoch == self->epoch)
    return find_copy (self, message);

  return mid != NULL ? g_hash_table_lookup (self->by_mid, mid) : NULL;
}

/* A run of messages that were inserted one behind the other, and of which nobody knows yet. */
typedef struct
{
  guint position;
  guint length;
} Run;

static void
announce (ChatTimeline *self, Run *run)
{
  if (run->length > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), run->position, 0, run->length);
  run->length = 0;
}

static void
insert_in_run (ChatTimeline *self, ChatMessage *message, guint epoch, Run *run)
{
  GSequenceIter *iter;
  guint position;

  chat_message_set_epoch (message, epoch);
  iter = g_sequence_search (self->messages, message, compare_messages, NULL);
  position = (guint)g_sequence_iter_get_position (iter);
  if (position != run->position + run->length)
    {
      announce (self, run);
      run->position = position;
    }
  iter = g_sequence_insert_before (iter, g_object_ref (message));
  run->length++;
  remember (self, message, iter);
}

/**
 * chat_timeline_add_batch:
 * @self: a timeline
 * @messages: (element-type ChatMessage): verified messages, ascending by number
 * @epoch: the epoch in which they have their numbers, the present one or an earlier one
 *
 * Adds older messages, many at a time: views are told once of each run of new ones, and not of each
 * message. Those that are there already are left out. What is too much for the timeline is left out
 * as well, the oldest of @messages first: they must not displace newer ones.
 *
 * Returns: whether there was room for all
 */
gboolean
chat_timeline_add_batch (ChatTimeline *self, GPtrArray *messages, guint epoch)
{
  g_autoptr (GPtrArray) fresh = NULL;
  Run run = { 0 };
  guint room, first;

  g_return_val_if_fail (CHAT_IS_TIMELINE (self), FALSE);
  g_return_val_if_fail (messages != NULL, FALSE);
  g_return_val_if_fail (epoch <= self->epoch, FALSE);

  fresh = g_ptr_array_new ();
  for (guint i = 0; i < messages->len; i++)
    if (find_copy_in (self, g_ptr_array_index (messages, i), epoch) == NULL)
      g_ptr_array_add (fresh, g_ptr_array_index (messages, i));

  room = CHAT_MAX_TIMELINE - MIN (get_n_items (G_LIST_MODEL (self)), CHAT_MAX_TIMELINE);
  first = fresh->len - MIN (fresh->len, room);
  for (guint i = first; i < fresh->len; i++)
    /* One may be there twice. */
    if (find_copy_in (self, g_ptr_array_index (fresh, i), epoch) == NULL)
      insert_in_run (self, g_ptr_array_index (fresh, i), epoch, &run);
  announce (self, &run);

  return first == 0;
}

/**
 * chat_timeline_settle:
 * @self: a timeline
 * @message: one of its messages, without a number until now
 * @seq: its number
 * @at: when the server stored it
 *
 * Moves the message from the end to its place.
 */
void
chat_timeline_settle (ChatTimeline *self, ChatMessage *message, gint64 seq, gint64 at)
{
  g_autoptr (ChatMessage) hold = NULL;
  GSequenceIter *iter;
  guint before, after;

  g_return_if_fail (CHAT_IS_TIMELINE (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  iter = find_copy (self, message);
  if (iter == NULL || chat_message_get_seq (message) != 0)
    return;

  hold = g_object_ref (message);
  forget (self, message, iter);
  before = (guint)g_sequence_iter_get_position (iter);
  chat_message_set_epoch (message, self->epoch);
  chat_message_set_place (message, seq, at);
  g_sequence_sort_changed (iter, compare_messages, NULL);
  after = (guint)g_sequence_iter_get_position (iter);
  remember (self, message, iter);

  if (after < before)
    g_list_model_items_changed (G_LIST_MODEL (self), after, before - after + 1, before - after + 1);
}

/**
 * chat_timeline_begin_epoch:
 * @self: a timeline
 *
 * From now on, numbers are those of another store: what comes stands below what is there.
 */
void
chat_timeline_begin_epoch (ChatTimeline *self)
{
  g_return_if_fail (CHAT_IS_TIMELINE (self));

  self->epoch++;
  g_hash_table_remove_all (self->by_seq);
}

/**
 * chat_timeline_get_epoch:
 * @self: a timeline
 *
 * Says which of the server's stores is the present one.
 *
 * Returns: how often [method@Timeline.begin_epoch] was called
 */
guint
chat_timeline_get_epoch (ChatTimeline *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE (self), 0);

  return self->epoch;
}

/**
 * chat_timeline_get_first_seq:
 * @self: a timeline
 *
 * Says from where to ask backwards with [method@Session.request_history].
 *
 * Returns: the smallest number of this epoch, to ask for what is older; 0 when there is none
 */
gint64
chat_timeline_get_first_seq (ChatTimeline *self)
{
  GSequenceIter *iter;

  g_return_val_if_fail (CHAT_IS_TIMELINE (self), 0);

  for (iter = g_sequence_get_begin_iter (self->messages); !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    {
      ChatMessage *message = g_sequence_get (iter);

      if (chat_message_get_epoch (message) == self->epoch && chat_message_get_seq (message) != 0)
        return chat_message_get_seq (message);
    }

  return 0;
}
