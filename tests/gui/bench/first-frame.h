/* The end of what is measured when a program starts. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* When the first window has drawn its first frame, writes when that was (g_get_monotonic_time ())
 * and ends the program. */
void first_frame_watch (void);
