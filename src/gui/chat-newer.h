/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the libraries of newer systems do better than those of Debian 12. This is the only place
 * that asks for their versions. The compiler warns of all that is newer, but not here. */

/**
 * chat_newer_announce:
 * @accessible: who says it
 * @text: what
 *
 * Lets a screen reader say it at once, with GTK 4.14 or later.
 */
static inline void
chat_newer_announce (GtkAccessible *accessible, const char *text)
{
#if GTK_CHECK_VERSION(4, 14, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  gtk_accessible_announce (accessible, text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  G_GNUC_END_IGNORE_DEPRECATIONS
#endif
}

/**
 * chat_newer_show_about:
 * @parent: over which window
 * @...: properties that #AdwAboutWindow and #AdwAboutDialog have in common
 *
 * Shows who made the app. With libadwaita 1.5 or later it is inside of the window, and moves with
 * it; where that is narrow, it comes from below.
 */
#if ADW_CHECK_VERSION(1, 5, 0)
#define chat_newer_show_about(parent, ...)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS                                                               \
    adw_show_about_dialog (GTK_WIDGET (parent), __VA_ARGS__);                                      \
    G_GNUC_END_IGNORE_DEPRECATIONS                                                                 \
  }                                                                                                \
  G_STMT_END
#else
#define chat_newer_show_about(parent, ...) adw_show_about_window (parent, __VA_ARGS__)
#endif

G_END_DECLS
