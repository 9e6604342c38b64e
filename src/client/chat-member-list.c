/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-member-list.h"

#include "chat-reader-set.h"
#include "chat-username.h"

struct _ChatMemberList
{
  GObject parent_instance;

  ChatPublicKey *self_key;
  GPtrArray *present; /* (element-type ChatMember), sorted by folded name */
  GHashTable *by_kid; /* kid → ChatMember, borrowed: those who are present */
  GHashTable *former; /* "kid name" → ChatMember */
  ChatAudience *room; /* of those who are present; NULL when it must be made again */
  ChatAudience *accepted; /* of those whose key has not changed; likewise */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatMemberList, chat_member_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static guint member_changed_signal;

/**
 * chat_member_list_new:
 * @self_key: the key of the one whose list it is
 *
 * Makes a list as it is before the server has sent one.
 *
 * Returns: (transfer full): an empty list
 */
ChatMemberList *
chat_member_list_new (ChatPublicKey *self_key)
{
  ChatMemberList *self;

  g_return_val_if_fail (CHAT_IS_PUBLIC_KEY (self_key), NULL);

  self = g_object_new (CHAT_TYPE_MEMBER_LIST, NULL);
  self->self_key = g_object_ref (self_key);

  return self;
}

static GType
get_item_type (GListModel *model)
{
  return CHAT_TYPE_MEMBER;
}

static guint
get_n_items (GListModel *model)
{
  return CHAT_MEMBER_LIST (model)->present->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *present = CHAT_MEMBER_LIST (model)->present;

  return position < present->len ? g_object_ref (g_ptr_array_index (present, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
forget_audiences (ChatMemberList *self)
{
  g_clear_pointer (&self->room, chat_audience_unref);
  g_clear_pointer (&self->accepted, chat_audience_unref);
}

static void
chat_member_list_finalize (GObject *object)
{
  ChatMemberList *self = CHAT_MEMBER_LIST (object);

  g_clear_pointer (&self->by_kid, g_hash_table_unref);
  g_clear_pointer (&self->former, g_hash_table_unref);
  g_clear_pointer (&self->present, g_ptr_array_unref);
  forget_audiences (self);
  g_clear_object (&self->self_key);

  G_OBJECT_CLASS (chat_member_list_parent_class)->finalize (object);
}

static void
chat_member_list_class_init (ChatMemberListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_member_list_finalize;

  /**
   * ChatMemberList::member-changed:
   * @self: a list
   * @member: whom it is about
   * @change: (type ChatMemberChange): what happened
   *
   * Somebody was added or removed, came or left. Emitted once for each change.
   */
  member_changed_signal =
      g_signal_new ("member-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, CHAT_TYPE_MEMBER, G_TYPE_UINT);
}

static void
chat_member_list_init (ChatMemberList *self)
{
  self->present = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_kid = g_hash_table_new (g_str_hash, g_str_equal);
  self->former = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

static const char *
get_kid (ChatMember *member)
{
  return chat_public_key_get_id (chat_member_get_key (member));
}

static char *
former_key (const char *kid, const char *username)
{
  g_autofree char *folded = chat_username_fold (username);

  return g_strconcat (kid, " ", folded, NULL);
}

/* Where a folded name is, or would be. */
static gboolean
find_position (ChatMemberList *self, const char *folded, guint *position)
{
  guint low = 0, high = self->present->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      ChatMember *member = g_ptr_array_index (self->present, middle);
      int order = g_strcmp0 (chat_member_get_folded (member), folded);

      if (order == 0)
        {
          *position = middle;
          return TRUE;
        }
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *position = low;

  return FALSE;
}

static void
emit_changed (ChatMemberList *self, ChatMember *member, ChatMemberChange change)
{
  g_signal_emit (self, member_changed_signal, 0, member, (guint)change);
}

static void
remove_at (ChatMemberList *self, guint position)
{
  g_autoptr (ChatMember) member = g_object_ref (g_ptr_array_index (self->present, position));
  const char *username = chat_member_get_username (member);

  g_hash_table_remove (self->by_kid, get_kid (member));
  g_ptr_array_remove_index (self->present, position);
  forget_audiences (self);
  chat_member_set_former (member, TRUE);
  g_hash_table_replace (self->former, former_key (get_kid (member), username),
                        g_object_ref (member));

  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  emit_changed (self, member, CHAT_MEMBER_REMOVED);
}

/**
 * chat_member_list_add:
 * @self: a list
 * @member: somebody who is now a member; or a former member, who is only remembered
 *
 * Whoever had the name or the key until now is removed first.
 */
void
chat_member_list_add (ChatMemberList *self, ChatMember *member)
{
  ChatMember *holder;
  guint position;

  g_return_if_fail (CHAT_IS_MEMBER_LIST (self));
  g_return_if_fail (CHAT_IS_MEMBER (member));

  if (chat_member_get_former (member))
    {
      g_hash_table_replace (self->former,
                            former_key (get_kid (member), chat_member_get_username (member)),
                            g_object_ref (member));
      return;
    }

  if (find_position (self, chat_member_get_folded (member), &position))
    remove_at (self, position);
  holder = g_hash_table_lookup (self->by_kid, get_kid (member));
  if (holder != NULL && find_position (self, chat_member_get_folded (holder), &position))
    remove_at (self, position);

  find_position (self, chat_member_get_folded (member), &position);
  g_ptr_array_insert (self->present, (int)position, g_object_ref (member));
  g_hash_table_insert (self->by_kid, (gpointer)get_kid (member), member);
  forget_audiences (self);

  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  emit_changed (self, member, CHAT_MEMBER_ADDED);
}

/**
 * chat_member_list_remove:
 * @self: a list
 * @username: who is no longer a member; a name that is not in the list is ignored
 *
 * The member is remembered as a former one.
 */
void
chat_member_list_remove (ChatMemberList *self, const char *username)
{
  g_autofree char *folded = NULL;
  guint position;

  g_return_if_fail (CHAT_IS_MEMBER_LIST (self));
  g_return_if_fail (username != NULL);

  folded = chat_username_fold (username);
  if (find_position (self, folded, &position))
    remove_at (self, position);
}

static void
set_member_online (ChatMemberList *self, ChatMember *member, gboolean online)
{
  if (chat_member_get_online (member) == online)
    return;

  chat_member_set_online (member, online);
  emit_changed (self, member, online ? CHAT_MEMBER_CAME : CHAT_MEMBER_LEFT);
}

/**
 * chat_member_list_set_online:
 * @self: a list
 * @username: a member; a name that is not in the list is ignored
 * @online: whether they have a connection
 *
 * Notes that somebody came or left, and emits [signal@MemberList::member-changed] when that is new.
 */
void
chat_member_list_set_online (ChatMemberList *self, const char *username, gboolean online)
{
  ChatMember *member = chat_member_list_find (self, username);

  if (member != NULL)
    set_member_online (self, member, online);
}

static gboolean
is_same_member (ChatMember *a, ChatMember *b)
{
  return g_str_equal (chat_member_get_username (a), chat_member_get_username (b))
         && chat_public_key_equal (chat_member_get_key (a), chat_member_get_key (b));
}

static void
remove_those_who_left (ChatMemberList *self, GPtrArray *members)
{
  g_autoptr (GHashTable) kids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < members->len; i++)
    g_hash_table_add (kids, (gpointer)get_kid (g_ptr_array_index (members, i)));
  for (guint i = self->present->len; i > 0; i--)
    if (!g_hash_table_contains (kids, get_kid (g_ptr_array_index (self->present, i - 1))))
      remove_at (self, i - 1);
}

/**
 * chat_member_list_update:
 * @self: a list
 * @members: (element-type ChatMember): the members from now on
 *
 * Makes the list equal to @members with only the changes that this takes, so that a view of it
 * keeps its place when a client comes back after an interruption.
 */
void
chat_member_list_update (ChatMemberList *self, GPtrArray *members)
{
  g_return_if_fail (CHAT_IS_MEMBER_LIST (self));
  g_return_if_fail (members != NULL);

  remove_those_who_left (self, members);
  for (guint i = 0; i < members->len; i++)
    {
      ChatMember *member = g_ptr_array_index (members, i);
      ChatMember *known = g_hash_table_lookup (self->by_kid, get_kid (member));

      if (known != NULL && is_same_member (known, member))
        set_member_online (self, known, chat_member_get_online (member));
      else
        chat_member_list_add (self, member);
    }
}

/**
 * chat_member_list_get_n_former:
 * @self: a list
 *
 * Counts those who are kept only to check what they wrote.
 *
 * Returns: how many former members it remembers
 */
guint
chat_member_list_get_n_former (ChatMemberList *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), 0);

  return g_hash_table_size (self->former);
}

/**
 * chat_member_list_forget_former:
 * @self: a list
 *
 * Forgets who was a member. What they wrote can then be checked only if they are added again.
 */
void
chat_member_list_forget_former (ChatMemberList *self)
{
  g_return_if_fail (CHAT_IS_MEMBER_LIST (self));

  g_hash_table_remove_all (self->former);
}

/**
 * chat_member_list_find:
 * @self: a list
 * @username: a name, in any spelling of the same name
 *
 * Looks up a present member. Names are the same as [func@ChatCommon.username_fold] says.
 *
 * Returns: (transfer none) (nullable): the member of that name
 */
ChatMember *
chat_member_list_find (ChatMemberList *self, const char *username)
{
  g_autofree char *folded = NULL;
  guint position;

  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);
  g_return_val_if_fail (username != NULL, NULL);

  folded = chat_username_fold (username);
  if (!find_position (self, folded, &position))
    return NULL;

  return g_ptr_array_index (self->present, position);
}

/**
 * chat_member_list_find_key:
 * @self: a list
 * @kid: name of a key
 *
 * Looks up a present member by the key, of which each has one.
 *
 * Returns: (transfer none) (nullable): the member who has this key now
 */
ChatMember *
chat_member_list_find_key (ChatMemberList *self, const char *kid)
{
  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);
  g_return_val_if_fail (kid != NULL, NULL);

  return g_hash_table_lookup (self->by_kid, kid);
}

/**
 * chat_member_list_find_author:
 * @self: a list
 * @kid: name of the key that signed
 * @username: who is said to have signed
 *
 * Looks up who can have signed a message. Former members count, since their words stay in the
 * history.
 *
 * Returns: (transfer none) (nullable): the member or former member who has, or had, this name and
 *   this key
 */
ChatMember *
chat_member_list_find_author (ChatMemberList *self, const char *kid, const char *username)
{
  g_autofree char *folded = NULL;
  g_autofree char *key = NULL;
  ChatMember *member;

  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);
  g_return_val_if_fail (kid != NULL, NULL);
  g_return_val_if_fail (username != NULL, NULL);

  folded = chat_username_fold (username);
  member = g_hash_table_lookup (self->by_kid, kid);
  if (member != NULL && g_str_equal (chat_member_get_folded (member), folded))
    return member;

  key = g_strconcat (kid, " ", folded, NULL);
  return g_hash_table_lookup (self->former, key);
}

static gboolean
has_kid (gpointer key, gpointer value, gpointer user_data)
{
  return g_str_equal (get_kid (value), user_data);
}

/**
 * chat_member_list_dup_name:
 * @self: a list
 * @kid: name of a key
 *
 * Gives something to show for a key in every case.
 *
 * Returns: (transfer full): the name of the member or former member with this key; where there is
 *   none, the beginning of the key's own name with a question mark
 */
char *
chat_member_list_dup_name (ChatMemberList *self, const char *kid)
{
  ChatMember *member;

  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);
  g_return_val_if_fail (kid != NULL, NULL);

  member = g_hash_table_lookup (self->by_kid, kid);
  if (member == NULL)
    member = g_hash_table_find (self->former, has_kid, (gpointer)kid);

  return member != NULL ? g_strdup (chat_member_get_username (member))
                        : g_strdup_printf ("?%.8s", kid);
}

static ChatAudience *
make_audience (ChatAudienceKind kind, GPtrArray *members)
{
  g_autoptr (GPtrArray) kids = g_ptr_array_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *to = NULL;

  for (guint i = 0; i < members->len; i++)
    {
      ChatMember *member = g_ptr_array_index (members, i);

      g_ptr_array_add (kids, (gpointer)get_kid (member));
      g_ptr_array_add (names, (gpointer)chat_member_get_username (member));
      g_ptr_array_add (keys, g_object_ref (chat_member_get_key (member)));
    }
  g_ptr_array_add (names, NULL);
  to = chat_reader_set_hash ((const char *const *)kids->pdata, kids->len);

  return chat_audience_new (kind, to, (const char *const *)names->pdata, keys);
}

/**
 * chat_member_list_get_room:
 * @self: a list
 *
 * Says who the room is, as a set of readers. It is made once and shared until the list changes.
 *
 * Returns: (transfer full): all present members
 */
ChatAudience *
chat_member_list_get_room (ChatMemberList *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);

  if (self->room == NULL)
    self->room = make_audience (CHAT_AUDIENCE_ROOM, self->present);

  return chat_audience_ref (self->room);
}

/* As many as it can be said to; oneself stands last, as in what others say. */
static ChatAudience *
make_accepted (ChatMemberList *self)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  ChatMember *own = g_hash_table_lookup (self->by_kid, chat_public_key_get_id (self->self_key));

  for (guint i = 0; i < self->present->len; i++)
    {
      ChatMember *member = g_ptr_array_index (self->present, i);

      if (member != own && !chat_member_get_changed (member))
        g_ptr_array_add (members, member);
    }
  if (own != NULL)
    g_ptr_array_add (members, own);

  return members->len == self->present->len ? chat_member_list_get_room (self)
                                            : make_audience (CHAT_AUDIENCE_OTHERS, members);
}

/**
 * chat_member_list_get_accepted:
 * @self: a list
 *
 * Says to whom one can write in the room, without those whose key has changed and was not accepted.
 *
 * Returns: (transfer full): for whom a message to the room is sealed: all present members, or those
 *   of them whose key has not changed
 */
ChatAudience *
chat_member_list_get_accepted (ChatMemberList *self)
{
  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);

  if (self->accepted == NULL)
    self->accepted = make_accepted (self);

  return chat_audience_ref (self->accepted);
}

/**
 * chat_member_list_accept:
 * @self: a list
 * @member: a present member
 *
 * Their key counts as theirs from now on.
 */
void
chat_member_list_accept (ChatMemberList *self, ChatMember *member)
{
  ChatMember *present;

  g_return_if_fail (CHAT_IS_MEMBER_LIST (self));
  g_return_if_fail (CHAT_IS_MEMBER (member));

  forget_audiences (self);
  chat_member_set_known_kid (member, NULL);
  present = g_hash_table_lookup (self->by_kid, get_kid (member));
  if (present != NULL)
    chat_member_set_known_kid (present, NULL);
}

/**
 * chat_member_list_get_direct:
 * @self: a list
 * @other: a present or former member, possibly oneself
 *
 * Says who reads a private message to @other: both, on all of their computers.
 *
 * Returns: (transfer full): @other and the one whose list this is
 */
ChatAudience *
chat_member_list_get_direct (ChatMemberList *self, ChatMember *other)
{
  g_autoptr (GPtrArray) members = NULL;
  ChatMember *own;

  g_return_val_if_fail (CHAT_IS_MEMBER_LIST (self), NULL);
  g_return_val_if_fail (CHAT_IS_MEMBER (other), NULL);

  members = g_ptr_array_new ();
  g_ptr_array_add (members, other);
  own = g_hash_table_lookup (self->by_kid, chat_public_key_get_id (self->self_key));
  if (own != NULL && own != other)
    g_ptr_array_add (members, own);

  return make_audience (CHAT_AUDIENCE_DIRECT, members);
}
