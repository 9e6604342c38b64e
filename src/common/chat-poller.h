/* All sockets of a process on one epoll set behind one GSource: a wake-up costs the same at 10 and
 * at 10,000. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ChatPoller:
 *
 * All sockets of a process on one epoll set, behind one source of a main context. It also keeps
 * their deadlines, and can have several threads write at the same time.
 */
#define CHAT_TYPE_POLLER (chat_poller_get_type ())
G_DECLARE_FINAL_TYPE (ChatPoller, chat_poller, CHAT, POLLER, GObject)

typedef struct _ChatPollerClient ChatPollerClient;

/**
 * ChatPollerFunc:
 * @condition: what for
 * @user_data: the client's
 *
 * A descriptor is ready. Called on the poller's main context.
 */
typedef void (*ChatPollerFunc) (GIOCondition condition, gpointer user_data);
/**
 * ChatPollerNotifyFunc:
 * @user_data: the client's
 *
 * Something that was asked for is due. Called on the poller's main context, but for `write`.
 */
typedef void (*ChatPollerNotifyFunc) (gpointer user_data);

/**
 * ChatPollerClient:
 * @fd: the descriptor
 * @func: the descriptor is ready
 * @write: after [method@Poller.mark_dirty], in any thread; or %NULL
 * @flush: after that
 * @expire: after [method@Poller.set_deadline]
 * @user_data: for the functions
 *
 * What a link embeds to be watched. The owner fills the first six; zeroed, it is not watched.
 */
struct _ChatPollerClient
{
  int fd;
  ChatPollerFunc func;
  ChatPollerNotifyFunc write;
  ChatPollerNotifyFunc flush;
  ChatPollerNotifyFunc expire;
  gpointer user_data;
  /*< private >*/
  GIOCondition condition;
  guint dirty : 1;
  guint watched : 1;
  GList dirty_link;
  gint64 deadline;
  GSequenceIter *deadline_iter;
};

ChatPoller *chat_poller_new (GMainContext *context, GError **error);
/* How many threads write at the same time; at first it is one, that of the main context. */
guint chat_poller_set_n_writers (ChatPoller *self, guint n_writers);
/* Watches for condition (G_IO_IN | G_IO_OUT; errors always), or changes what is watched. */
void chat_poller_watch (ChatPoller *self, ChatPollerClient *client, GIOCondition condition);
void chat_poller_unwatch (ChatPoller *self, ChatPollerClient *client);
/* Forgets the client with all its wishes, before its descriptor is closed. Safe inside callbacks.
 */
void chat_poller_forget (ChatPoller *self, ChatPollerClient *client);
/* client->write and then client->flush will be called once, before the loop next sleeps. */
void chat_poller_mark_dirty (ChatPoller *self, ChatPollerClient *client);
/* client->expire will be called once, at this g_get_monotonic_time (); 0 takes the deadline back.
 */
void chat_poller_set_deadline (ChatPoller *self, ChatPollerClient *client, gint64 deadline);
GMainContext *chat_poller_get_context (ChatPoller *self);

G_END_DECLS
