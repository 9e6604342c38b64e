/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-feed-item.h"

#include "chat-member-changes.h"

/* A run of messages of one author ends after this pause. */
#define RUN_MILLISECONDS (5 * 60 * 1000)

/* Fewer changes than this are told in full. */
#define MIN_COLLAPSED 3
/* More are another item's: what is in one is gone through again and again. */
#define MAX_CHANGES 100

struct _ChatFeedItem
{
  GObject parent_instance;

  ChatMessage *message;
  char *notice;
  ChatMemberChanges *changes; /* or NULL; notice tells them */
  gint64 time;                /* ms */
  int day;     /* local, counted from some day: compared only */
  gboolean begins_day;
  gboolean begins_run;
  gboolean begins_new;
  gboolean expanded;
};

G_DEFINE_FINAL_TYPE (ChatFeedItem, chat_feed_item, G_TYPE_OBJECT)

enum
{
  PROP_BEGINS_DAY = 1,
  PROP_BEGINS_RUN,
  PROP_BEGINS_NEW,
  PROP_NOTICE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static int
day_of (gint64 ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (ms / 1000);

  /* The protocol allows years that a calendar does not. */
  return time != NULL ? g_date_time_get_year (time) * 366 + g_date_time_get_day_of_year (time) : 0;
}

static void
set_time (ChatFeedItem *self, gint64 ms)
{
  self->time = ms;
  self->day = day_of (ms);
}

/**
 * chat_feed_item_new_message:
 * @message: a message that has its place
 *
 * Returns: (transfer full): an item
 */
ChatFeedItem *
chat_feed_item_new_message (ChatMessage *message)
{
  ChatFeedItem *self;

  g_return_val_if_fail (CHAT_IS_MESSAGE (message), NULL);

  self = g_object_new (CHAT_TYPE_FEED_ITEM, NULL);
  self->message = g_object_ref (message);
  set_time (self, chat_message_get_time (message));

  return self;
}

/**
 * chat_feed_item_new_notice:
 * @text: what happened just now
 *
 * Returns: (transfer full): an item
 */
ChatFeedItem *
chat_feed_item_new_notice (const char *text)
{
  ChatFeedItem *self;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_object_new (CHAT_TYPE_FEED_ITEM, NULL);
  self->notice = g_strdup (text);
  set_time (self, g_get_real_time () / 1000);

  return self;
}

/* Tells the changes anew. */
static void
update_notice (ChatFeedItem *self)
{
  g_free (self->notice);
  self->notice = self->expanded ? chat_member_changes_dup_all (self->changes)
                                : chat_member_changes_dup_summary (self->changes);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NOTICE]);
}

/**
 * chat_feed_item_new_change:
 * @username: a member
 * @change: what became of it just now
 *
 * Returns: (transfer full): an item
 */
ChatFeedItem *
chat_feed_item_new_change (const char *username, ChatMemberChange change)
{
  ChatFeedItem *self;

  g_return_val_if_fail (username != NULL, NULL);

  self = g_object_new (CHAT_TYPE_FEED_ITEM, NULL);
  self->changes = chat_member_changes_new ();
  chat_member_changes_add (self->changes, username, change);
  set_time (self, g_get_real_time () / 1000);
  update_notice (self);

  return self;
}

static void
chat_feed_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatFeedItem *self = CHAT_FEED_ITEM (object);

  switch (id)
    {
    case PROP_BEGINS_DAY:
      g_value_set_boolean (value, self->begins_day);
      break;
    case PROP_BEGINS_RUN:
      g_value_set_boolean (value, self->begins_run);
      break;
    case PROP_BEGINS_NEW:
      g_value_set_boolean (value, self->begins_new);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, self->notice);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
chat_feed_item_finalize (GObject *object)
{
  ChatFeedItem *self = CHAT_FEED_ITEM (object);

  g_clear_object (&self->message);
  g_free (self->notice);
  g_clear_pointer (&self->changes, chat_member_changes_free);

  G_OBJECT_CLASS (chat_feed_item_parent_class)->finalize (object);
}

static void
chat_feed_item_class_init (ChatFeedItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = chat_feed_item_get_property;
  object_class->finalize = chat_feed_item_finalize;

  props[PROP_BEGINS_DAY] = g_param_spec_boolean ("begins-day", NULL, NULL, FALSE, flags);
  props[PROP_BEGINS_RUN] = g_param_spec_boolean ("begins-run", NULL, NULL, FALSE, flags);
  props[PROP_BEGINS_NEW] = g_param_spec_boolean ("begins-new", NULL, NULL, FALSE, flags);
  props[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_feed_item_init (ChatFeedItem *self)
{
}

/* Which set of readers, if that is proven. */
static const char *
get_readers (ChatMessage *message)
{
  ChatAudience *audience = chat_message_get_audience (message);

  return audience != NULL ? chat_audience_get_to (audience) : NULL;
}

/* One author, to the same readers, and no long pause in between. */
static gboolean
goes_on (ChatFeedItem *self, ChatFeedItem *previous)
{
  ChatMessage *message = self->message, *before = previous->message;

  return message != NULL && before != NULL
         && g_strcmp0 (chat_message_get_author (message), chat_message_get_author (before)) == 0
         && g_strcmp0 (chat_message_get_author_kid (message),
                       chat_message_get_author_kid (before))
                == 0
         && g_strcmp0 (chat_message_get_peer (message), chat_message_get_peer (before)) == 0
         && g_strcmp0 (get_readers (message), get_readers (before)) == 0
         && self->time - previous->time < RUN_MILLISECONDS;
}

static void
set_flag (ChatFeedItem *self, gboolean *flag, gboolean value, guint id)
{
  if (*flag == value)
    return;

  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[id]);
}

/**
 * chat_feed_item_set_previous:
 * @self: an item
 * @previous: (nullable): the one above it
 */
void
chat_feed_item_set_previous (ChatFeedItem *self, ChatFeedItem *previous)
{
  gboolean day, run;

  g_return_if_fail (CHAT_IS_FEED_ITEM (self));

  day = previous == NULL || previous->day != self->day;
  run = day || self->begins_new || !goes_on (self, previous);
  set_flag (self, &self->begins_day, day, PROP_BEGINS_DAY);
  set_flag (self, &self->begins_run, run, PROP_BEGINS_RUN);
}

/**
 * chat_feed_item_set_begins_new:
 * @self: an item
 * @begins_new: whether it is the first one that has not been read
 *
 * What it begins else is to be set again then.
 */
void
chat_feed_item_set_begins_new (ChatFeedItem *self, gboolean begins_new)
{
  g_return_if_fail (CHAT_IS_FEED_ITEM (self));

  set_flag (self, &self->begins_new, begins_new, PROP_BEGINS_NEW);
}

/**
 * chat_feed_item_add_change:
 * @self: an item
 * @username: a member
 * @change: what became of it just now
 *
 * Returns: whether it was taken in: not by a message, another notice, or one of another day
 */
gboolean
chat_feed_item_add_change (ChatFeedItem *self, const char *username, ChatMemberChange change)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self) && username != NULL, FALSE);

  if (self->changes == NULL || chat_member_changes_get_n (self->changes) >= MAX_CHANGES
      || self->day != day_of (g_get_real_time () / 1000))
    return FALSE;

  chat_member_changes_add (self->changes, username, change);
  update_notice (self);

  return TRUE;
}

/**
 * chat_feed_item_get_message:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the message; %NULL for a notice
 */
ChatMessage *
chat_feed_item_get_message (ChatFeedItem *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self), NULL);

  return self->message;
}

/**
 * chat_feed_item_get_notice:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the notice; %NULL for a message
 */
const char *
chat_feed_item_get_notice (ChatFeedItem *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self), NULL);

  return self->notice;
}

/**
 * chat_feed_item_get_time:
 * @self: an item
 *
 * Returns: when, in ms
 */
gint64
chat_feed_item_get_time (ChatFeedItem *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self), 0);

  return self->time;
}

/**
 * chat_feed_item_get_begins_day:
 * @self: an item
 *
 * Returns: whether a day divider belongs above it
 */
gboolean
chat_feed_item_get_begins_day (ChatFeedItem *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self), FALSE);

  return self->begins_day;
}

/**
 * chat_feed_item_get_begins_run:
 * @self: an item
 *
 * Returns: whether its author is to be named
 */
gboolean
chat_feed_item_get_begins_run (ChatFeedItem *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self), FALSE);

  return self->begins_run;
}

/**
 * chat_feed_item_get_begins_new:
 * @self: an item
 *
 * Returns: whether it is the first one that has not been read
 */
gboolean
chat_feed_item_get_begins_new (ChatFeedItem *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self), FALSE);

  return self->begins_new;
}

/**
 * chat_feed_item_get_collapsible:
 * @self: an item
 *
 * Returns: whether it stands for so many changes that they are told in short
 */
gboolean
chat_feed_item_get_collapsible (ChatFeedItem *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self), FALSE);

  return self->changes != NULL && chat_member_changes_get_n (self->changes) >= MIN_COLLAPSED;
}

/**
 * chat_feed_item_get_expanded:
 * @self: an item
 *
 * Returns: whether each of its changes is told
 */
gboolean
chat_feed_item_get_expanded (ChatFeedItem *self)
{
  g_return_val_if_fail (CHAT_IS_FEED_ITEM (self), FALSE);

  return self->expanded;
}

/**
 * chat_feed_item_set_expanded:
 * @self: an item that is collapsible
 * @expanded: whether to tell each of its changes
 */
void
chat_feed_item_set_expanded (ChatFeedItem *self, gboolean expanded)
{
  g_return_if_fail (CHAT_IS_FEED_ITEM (self) && self->changes != NULL);

  if (self->expanded == expanded)
    return;

  self->expanded = expanded;
  update_notice (self);
}
