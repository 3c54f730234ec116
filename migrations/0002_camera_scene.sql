CREATE TABLE `camera_scene` (
	`camera` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`taken_wall_at` text NOT NULL,
	`taken_by` text NOT NULL,
	`width` integer NOT NULL,
	`height` integer NOT NULL,
	`luma` blob NOT NULL,
	`picture_width` integer NOT NULL,
	`picture_height` integer NOT NULL,
	`jpeg` blob,
	CONSTRAINT "camera_scene_luma" CHECK(length("camera_scene"."luma") = "camera_scene"."width" * "camera_scene"."height"),
	CONSTRAINT "camera_scene_size" CHECK(length("camera_scene"."luma") <= 65536 AND length("camera_scene"."jpeg") <= 307200)
);
