/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-poller.h"

#include "chat-parallel.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/* GMainContext polls every source's descriptor: with 10,000 sockets a wake-up costs 800 us, whether
 * they are GSockets or Unix-fd sources. One epoll set costs 3 us at any number, and is a single
 * descriptor to the main context. */

#define EVENTS_PER_TURN 256

struct _ChatPoller
{
  GObject parent_instance;

  GMainContext *context;
  GSource *source;
  int epoll_fd;
  GQueue dirty;         /* ChatPollerClient, by their embedded link */
  GPtrArray *writing;   /* (element-type ChatPollerClient): the dirty ones of this turn */
  ChatParallel *writers;
  GSequence *deadlines; /* ChatPollerClient, the next one first */

  /* What dispatch is going through now, so that unwatch can strike out what it has not come to yet.
   */
  struct epoll_event events[EVENTS_PER_TURN];
  int n_events;
};

typedef struct
{
  GSource source;
  ChatPoller *poller; /* borrowed: the poller owns the source */
  gpointer tag;
} PollerSource;

G_DEFINE_FINAL_TYPE (ChatPoller, chat_poller, G_TYPE_OBJECT)

static GIOCondition
condition_from_epoll (uint32_t events)
{
  GIOCondition condition = 0;

  if (events & EPOLLIN)
    condition |= G_IO_IN;
  if (events & EPOLLOUT)
    condition |= G_IO_OUT;
  if (events & (EPOLLHUP | EPOLLRDHUP))
    condition |= G_IO_HUP;
  if (events & EPOLLERR)
    condition |= G_IO_ERR;

  return condition;
}

static void
poller_handle_events (ChatPoller *self)
{
  do
    self->n_events = epoll_wait (self->epoll_fd, self->events, EVENTS_PER_TURN, 0);
  while (self->n_events < 0 && errno == EINTR);

  for (int i = 0; i < self->n_events; i++)
    {
      ChatPollerClient *client = self->events[i].data.ptr;

      if (client != NULL)
        client->func (condition_from_epoll (self->events[i].events), client->user_data);
    }

  self->n_events = 0;
}

static void
client_write (gpointer item)
{
  ChatPollerClient *client = item;

  if (client->write != NULL)
    client->write (client->user_data);
}

/* Encrypting and handing to the kernel is nearly all that a delivery costs, and concerns one client
 * alone. So it is shared out among threads, and whatever concerns others comes after: in one
 * thread, in order. */
static void
poller_write (ChatPoller *self)
{
  g_ptr_array_set_size (self->writing, 0);
  for (GList *l = self->dirty.head; l != NULL; l = l->next)
    g_ptr_array_add (self->writing, l->data);

  chat_parallel_for_each (self->writers, self->writing->pdata, self->writing->len, client_write);
}

/* Only as many as there are now: a flush that makes room may lead to more being queued, and must
 * not keep the loop from the others' events. */
static void
poller_flush (ChatPoller *self)
{
  poller_write (self);

  for (guint n = self->dirty.length; n > 0 && self->dirty.length > 0; n--)
    {
      ChatPollerClient *client = g_queue_pop_head_link (&self->dirty)->data;

      client->dirty = FALSE;
      client->flush (client->user_data);
    }
}

static int
compare_deadlines (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const ChatPollerClient *client_a = a, *client_b = b;

  return client_a->deadline < client_b->deadline ? -1 : client_a->deadline > client_b->deadline;
}

static ChatPollerClient *
poller_get_next_deadline (ChatPoller *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->deadlines);

  return g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);
}

/* One timer for all: a GSource for each connection would be looked at in every turn of the loop. */
static void
poller_update_timer (ChatPoller *self)
{
  ChatPollerClient *next = poller_get_next_deadline (self);

  g_source_set_ready_time (self->source, next != NULL ? next->deadline : -1);
}

static void
poller_expire (ChatPoller *self)
{
  gint64 now = g_get_monotonic_time ();
  ChatPollerClient *next;

  while ((next = poller_get_next_deadline (self)) != NULL && next->deadline <= now)
    {
      chat_poller_set_deadline (self, next, 0);
      next->expire (next->user_data);
    }
}

static gboolean
poller_source_prepare (GSource *source, int *timeout)
{
  *timeout = -1;
  return ((PollerSource *) source)->poller->dirty.length > 0;
}

static gboolean
poller_source_check (GSource *source)
{
  PollerSource *self = (PollerSource *) source;

  return self->poller->dirty.length > 0 || (g_source_query_unix_fd (source, self->tag) & G_IO_IN);
}

static gboolean
poller_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr (ChatPoller) self = g_object_ref (((PollerSource *) source)->poller);

  poller_handle_events (self);
  poller_expire (self);
  poller_flush (self);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs poller_source_funcs = {
  .prepare = poller_source_prepare,
  .check = poller_source_check,
  .dispatch = poller_source_dispatch,
};

static void
chat_poller_finalize (GObject *object)
{
  ChatPoller *self = CHAT_POLLER (object);

  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->deadlines, g_sequence_free);
  g_clear_pointer (&self->writing, g_ptr_array_unref);
  g_clear_pointer (&self->writers, chat_parallel_free);
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);

  G_OBJECT_CLASS (chat_poller_parent_class)->finalize (object);
}

static void
chat_poller_class_init (ChatPollerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_poller_finalize;
}

static void
chat_poller_init (ChatPoller *self)
{
  self->epoll_fd = -1;
  g_queue_init (&self->dirty);
  self->deadlines = g_sequence_new (NULL);
  self->writing = g_ptr_array_new ();
  self->writers = chat_parallel_new (1);
}

static uint32_t
events_from_condition (GIOCondition condition)
{
  /* RDHUP: a peer that goes away is noticed even while nothing is read from it. */
  return ((condition & G_IO_IN) ? EPOLLIN : 0) | ((condition & G_IO_OUT) ? EPOLLOUT : 0)
         | EPOLLRDHUP;
}

/**
 * chat_poller_new:
 * @context: (nullable): the main context on which callbacks run; %NULL for the default one
 * @error: return location for a #GIOErrorEnum
 *
 * Makes an epoll set and hangs it into a main context as one source, so that a wake-up costs the
 * same with ten sockets as with ten thousand.
 *
 * Returns: (transfer full): a poller with no clients, or %NULL when the system is out of
 * descriptors
 */
ChatPoller *
chat_poller_new (GMainContext *context, GError **error)
{
  g_autoptr (ChatPoller) self = g_object_new (CHAT_TYPE_POLLER, NULL);
  PollerSource *source;

  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    {
      int saved = errno;
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (saved), "epoll: %s",
                   g_strerror (saved));
      return NULL;
    }

  self->context = context != NULL ? g_main_context_ref (context)
                                  : g_main_context_ref (g_main_context_default ());
  self->source = g_source_new (&poller_source_funcs, sizeof (PollerSource));
  source = (PollerSource *) self->source;
  source->poller = self;
  source->tag = g_source_add_unix_fd (self->source, self->epoll_fd, G_IO_IN);
  g_source_set_name (self->source, "chat-poller");
  g_source_attach (self->source, self->context);

  return g_steal_pointer (&self);
}

/**
 * chat_poller_set_n_writers:
 * @self: a poller
 * @n_writers: how many threads write at the same time, with that of the main context
 *
 * Shares out the writing among threads. Not to be called from a callback of a client.
 *
 * Returns: how many there are now: fewer when the system lets us have no more
 */
guint
chat_poller_set_n_writers (ChatPoller *self, guint n_writers)
{
  g_return_val_if_fail (CHAT_IS_POLLER (self), 0);
  g_return_val_if_fail (n_writers > 0, 0);

  if (chat_parallel_get_n_threads (self->writers) != n_writers)
    {
      chat_parallel_free (self->writers);
      self->writers = chat_parallel_new (n_writers);
    }

  return chat_parallel_get_n_threads (self->writers);
}

/**
 * chat_poller_watch:
 * @self: a poller
 * @client: (transfer none): the client; must stay where it is until [method@Poller.forget]
 * @condition: %G_IO_IN, %G_IO_OUT, both, or 0 for errors and hang-ups only
 *
 * Starts watching @client's descriptor, or changes what is watched.
 */
void
chat_poller_watch (ChatPoller *self, ChatPollerClient *client, GIOCondition condition)
{
  struct epoll_event event = { .events = events_from_condition (condition), .data.ptr = client };
  int operation = client->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

  g_return_if_fail (CHAT_IS_POLLER (self));

  if (client->watched && client->condition == condition)
    return;

  /* ENOMEM and ENOSPC are left: nothing could be watched any more, in the whole process. */
  if (epoll_ctl (self->epoll_fd, operation, client->fd, &event) < 0)
    g_error ("epoll_ctl: %s", g_strerror (errno));

  client->watched = TRUE;
  client->condition = condition;
}

/**
 * chat_poller_unwatch:
 * @self: a poller
 * @client: the client, watched or not
 *
 * Stops watching @client's descriptor: its function is not called after this, even for what was
 * already reported.
 */
void
chat_poller_unwatch (ChatPoller *self, ChatPollerClient *client)
{
  g_return_if_fail (CHAT_IS_POLLER (self));

  if (!client->watched)
    return;

  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, client->fd, NULL);
  client->watched = FALSE;

  for (int i = 0; i < self->n_events; i++)
    if (self->events[i].data.ptr == client)
      self->events[i].data.ptr = NULL;
}

/**
 * chat_poller_forget:
 * @self: a poller
 * @client: a client
 *
 * Forgets @client with all its wishes. To be called before its descriptor is closed and before it
 * is freed.
 */
void
chat_poller_forget (ChatPoller *self, ChatPollerClient *client)
{
  g_return_if_fail (CHAT_IS_POLLER (self));

  if (client->dirty)
    g_queue_unlink (&self->dirty, &client->dirty_link);
  client->dirty = FALSE;
  chat_poller_set_deadline (self, client, 0);
  chat_poller_unwatch (self, client);
}

/**
 * chat_poller_mark_dirty:
 * @self: a poller
 * @client: a client with something to write
 *
 * Has @client's write function called once before the main loop next sleeps, in any thread, and its
 * flush function after that. So all that is queued within a turn is written together.
 */
void
chat_poller_mark_dirty (ChatPoller *self, ChatPollerClient *client)
{
  g_return_if_fail (CHAT_IS_POLLER (self));

  if (client->dirty)
    return;

  client->dirty = TRUE;
  client->dirty_link.data = client;
  g_queue_push_tail_link (&self->dirty, &client->dirty_link);
}

/**
 * chat_poller_set_deadline:
 * @self: a poller
 * @client: the client, watched or not
 * @deadline: a time of g_get_monotonic_time() in microseconds, or 0 for none
 *
 * Has @client's expire function called once at @deadline. Replaces an earlier one.
 */
void
chat_poller_set_deadline (ChatPoller *self, ChatPollerClient *client, gint64 deadline)
{
  g_return_if_fail (CHAT_IS_POLLER (self));

  if (client->deadline == deadline)
    return;

  g_clear_pointer (&client->deadline_iter, g_sequence_remove);
  client->deadline = deadline;
  if (deadline != 0)
    client->deadline_iter =
        g_sequence_insert_sorted (self->deadlines, client, compare_deadlines, NULL);

  poller_update_timer (self);
}

/**
 * chat_poller_get_context:
 * @self: a poller
 *
 * Gives the context, for sources that are to run beside the poller's clients.
 *
 * Returns: (transfer none): the main context on which callbacks run
 */
GMainContext *
chat_poller_get_context (ChatPoller *self)
{
  g_return_val_if_fail (CHAT_IS_POLLER (self), NULL);

  return self->context;
}
