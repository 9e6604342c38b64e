/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-timeline-search.h"

#include "chat-feed-item.h"
#include "chat-fold.h"

#include <string.h>

/* Of each frame there is time for this, in microseconds. */
#define STEP_MICROSECONDS 3000

/* More than these that come at once are looked through in steps as well. */
#define MAX_AT_ONCE 50

struct _ChatTimelineSearch
{
  GObject parent_instance;

  GListModel *items;
  char *query;     /* folded; NULL: none */
  GArray *matches; /* guint positions, the largest first */
  guint unseen;    /* the items before this position are still to be looked at */
  guint current;   /* an index of matches */
  gboolean fresh;  /* nobody has been shown a match of this query */
  guint source;
};

G_DEFINE_FINAL_TYPE (ChatTimelineSearch, chat_timeline_search, G_TYPE_OBJECT)

static guint changed_signal, moved_signal;

/**
 * chat_timeline_search_new:
 *
 * Returns: (transfer full): a search for nothing yet
 */
ChatTimelineSearch *
chat_timeline_search_new (void)
{
  return g_object_new (CHAT_TYPE_TIMELINE_SEARCH, NULL);
}

static void
chat_timeline_search_finalize (GObject *object)
{
  ChatTimelineSearch *self = CHAT_TIMELINE_SEARCH (object);

  g_clear_handle_id (&self->source, g_source_remove);
  if (self->items != NULL)
    g_signal_handlers_disconnect_by_data (self->items, self);
  g_clear_object (&self->items);
  g_free (self->query);
  g_array_unref (self->matches);

  G_OBJECT_CLASS (chat_timeline_search_parent_class)->finalize (object);
}

static void
chat_timeline_search_class_init (ChatTimelineSearchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_timeline_search_finalize;

  changed_signal = g_signal_new ("changed", CHAT_TYPE_TIMELINE_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  moved_signal = g_signal_new ("moved", CHAT_TYPE_TIMELINE_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 0);
}

static void
chat_timeline_search_init (ChatTimelineSearch *self)
{
  self->matches = g_array_new (FALSE, FALSE, sizeof (guint));
}

/* Looking */

static gboolean
contains (ChatTimelineSearch *self, const char *text)
{
  g_autofree char *folded = text != NULL ? chat_fold (text) : NULL;

  return folded != NULL && strstr (folded, self->query) != NULL;
}

static gboolean
is_match (ChatTimelineSearch *self, guint position)
{
  g_autoptr (ChatFeedItem) item = g_list_model_get_item (self->items, position);
  ChatMessage *message = chat_feed_item_get_message (item);

  return message != NULL
         && (contains (self, chat_message_get_text (message))
             || contains (self, chat_message_get_author (message)));
}

static guint
get_match (ChatTimelineSearch *self, guint i)
{
  return g_array_index (self->matches, guint, i);
}

/* From the end, where one is likely to look for it, to the beginning. */
static gboolean
step_cb (gpointer user_data)
{
  ChatTimelineSearch *self = user_data;
  gint64 until = g_get_monotonic_time () + STEP_MICROSECONDS;
  guint before = self->matches->len;

  while (self->unseen > 0 && g_get_monotonic_time () < until)
    {
      self->unseen--;
      if (is_match (self, self->unseen))
        g_array_append_val (self->matches, self->unseen);
    }
  if (self->unseen == 0)
    self->source = 0;
  if (self->matches->len != before || self->unseen == 0)
    g_signal_emit (self, changed_signal, 0);
  if (self->fresh && self->matches->len > 0)
    {
      self->fresh = FALSE;
      g_signal_emit (self, moved_signal, 0);
    }

  return self->source != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
set_unseen (ChatTimelineSearch *self, guint unseen)
{
  self->unseen = unseen;
  if (unseen > 0 && self->source == 0)
    self->source = g_idle_add (step_cb, self);
  if (unseen == 0)
    g_clear_handle_id (&self->source, g_source_remove);
}

static void
begin (ChatTimelineSearch *self)
{
  g_array_set_size (self->matches, 0);
  self->current = 0;
  set_unseen (self, self->query != NULL && self->items != NULL
                        ? g_list_model_get_n_items (self->items)
                        : 0);
  g_signal_emit (self, changed_signal, 0);
}

/* What comes meanwhile */

/* How many matches are at this position or after it: they stand first. */
static guint
count_from (ChatTimelineSearch *self, guint position)
{
  guint low = 0, high = self->matches->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (get_match (self, middle) >= position)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static void
remove_matches (ChatTimelineSearch *self, guint position, guint removed)
{
  guint first = count_from (self, position + removed);
  guint n = count_from (self, position) - first;

  if (n > 0)
    g_array_remove_range (self->matches, first, n);
  if (self->current >= first + n)
    self->current -= n;
  else if (self->current >= first)
    self->current = first;
  if (self->current >= self->matches->len)
    self->current = self->matches->len > 0 ? self->matches->len - 1 : 0;
}

static void
add_matches (ChatTimelineSearch *self, guint position, guint added)
{
  for (guint i = 0; i < added; i++)
    {
      guint found = position + i;
      guint at = count_from (self, found);

      if (!is_match (self, found))
        continue;
      if (self->matches->len > 0 && at <= self->current)
        self->current++;
      g_array_insert_val (self->matches, at, found);
    }
}

static void
shift_matches (ChatTimelineSearch *self, guint position, guint by)
{
  guint n = count_from (self, position);

  for (guint i = 0; i < n; i++)
    g_array_index (self->matches, guint, i) += by;
}

static void
items_changed_cb (ChatTimelineSearch *self, guint position, guint removed, guint added)
{
  gboolean many = added > MAX_AT_ONCE;
  /* Such as old messages that come above all others. */
  gboolean unseen = position + removed <= self->unseen && (position < self->unseen || many);

  if (self->query == NULL)
    return;
  if (!unseen && (position < self->unseen || many))
    {
      begin (self);
      return;
    }

  remove_matches (self, position, removed);
  shift_matches (self, position, added - removed);
  if (unseen)
    set_unseen (self, self->unseen + added - removed);
  else
    add_matches (self, position, added);
  g_signal_emit (self, changed_signal, 0);
}

/**
 * chat_timeline_search_set_items:
 * @self: a search
 * @items: (nullable) (element-type ChatFeedItem): where to look
 */
void
chat_timeline_search_set_items (ChatTimelineSearch *self, GListModel *items)
{
  g_return_if_fail (CHAT_IS_TIMELINE_SEARCH (self));
  g_return_if_fail (items == NULL || G_IS_LIST_MODEL (items));

  if (self->items == items)
    return;
  if (self->items != NULL)
    g_signal_handlers_disconnect_by_data (self->items, self);
  g_set_object (&self->items, items);
  if (items != NULL)
    g_signal_connect_swapped (items, "items-changed", G_CALLBACK (items_changed_cb), self);
  begin (self);
}

/**
 * chat_timeline_search_set_query:
 * @self: a search
 * @query: what to look for; neither case nor accents matter
 */
void
chat_timeline_search_set_query (ChatTimelineSearch *self, const char *query)
{
  g_autofree char *folded = NULL;

  g_return_if_fail (CHAT_IS_TIMELINE_SEARCH (self) && query != NULL);

  folded = chat_fold (query);
  if (g_strcmp0 (*folded != '\0' ? folded : NULL, self->query) == 0)
    return;
  g_free (self->query);
  self->query = *folded != '\0' ? g_steal_pointer (&folded) : NULL;
  self->fresh = TRUE;
  begin (self);
}

/**
 * chat_timeline_search_step:
 * @self: a search
 * @steps: to older matches, or, if negative, to newer ones
 */
void
chat_timeline_search_step (ChatTimelineSearch *self, int steps)
{
  gint64 n;

  g_return_if_fail (CHAT_IS_TIMELINE_SEARCH (self));

  n = self->matches->len;
  if (n == 0)
    return;
  self->current = (guint)(((self->current + (gint64)steps) % n + n) % n);
  g_signal_emit (self, changed_signal, 0);
  g_signal_emit (self, moved_signal, 0);
}

/**
 * chat_timeline_search_has_query:
 * @self: a search
 *
 * Returns: whether it looks for anything
 */
gboolean
chat_timeline_search_has_query (ChatTimelineSearch *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE_SEARCH (self), FALSE);

  return self->query != NULL;
}

/**
 * chat_timeline_search_is_busy:
 * @self: a search
 *
 * Returns: whether there may be more matches than it has found yet
 */
gboolean
chat_timeline_search_is_busy (ChatTimelineSearch *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE_SEARCH (self), FALSE);

  return self->unseen > 0;
}

/**
 * chat_timeline_search_get_n_matches:
 * @self: a search
 *
 * Returns: how many it has found
 */
guint
chat_timeline_search_get_n_matches (ChatTimelineSearch *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE_SEARCH (self), 0);

  return self->matches->len;
}

/**
 * chat_timeline_search_get_rank:
 * @self: a search
 *
 * Returns: which of them is the current one, counted from the latest; 0 when there is none
 */
guint
chat_timeline_search_get_rank (ChatTimelineSearch *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE_SEARCH (self), 0);

  return self->matches->len > 0 ? self->current + 1 : 0;
}

/**
 * chat_timeline_search_get_position:
 * @self: a search
 *
 * Returns: where the current one is; %G_MAXUINT when there is none
 */
guint
chat_timeline_search_get_position (ChatTimelineSearch *self)
{
  g_return_val_if_fail (CHAT_IS_TIMELINE_SEARCH (self), G_MAXUINT);

  return self->matches->len > 0 ? get_match (self, self->current) : G_MAXUINT;
}
