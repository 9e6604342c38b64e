/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-members-flap.h"

#include "chat-settings.h"

/* Where the pane lies over the messages, it is only looked at for a moment. */
static void
folded_cb (AdwFlap *flap, GParamSpec *pspec, gpointer user_data)
{
  gboolean show = g_settings_get_boolean (user_data, CHAT_SETTING_SHOW_MEMBERS);

  adw_flap_set_reveal_flap (flap, show && !adw_flap_get_folded (flap));
}

static void
revealed_cb (AdwFlap *flap, GParamSpec *pspec, gpointer user_data)
{
  if (!adw_flap_get_folded (flap))
    g_settings_set_boolean (user_data, CHAT_SETTING_SHOW_MEMBERS, adw_flap_get_reveal_flap (flap));
}

/**
 * chat_members_flap_follow:
 * @flap: holds the members; locked, so that it does not do by itself what is done here
 * @settings: what the user prefers
 *
 * A wide window shows the members as it did the last time, a narrow one only when asked.
 */
void
chat_members_flap_follow (AdwFlap *flap, GSettings *settings)
{
  g_return_if_fail (ADW_IS_FLAP (flap) && G_IS_SETTINGS (settings));

  folded_cb (flap, NULL, settings);
  g_signal_connect_object (flap, "notify::folded", G_CALLBACK (folded_cb), settings, 0);
  g_signal_connect_object (flap, "notify::reveal-flap", G_CALLBACK (revealed_cb), settings, 0);
}
